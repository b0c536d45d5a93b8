// Everything between a fresh clone and running code: dependencies, build, workflow bundle, web console. Each step is done
// only when its inputs have changed; when nothing has, this prints nothing and takes a fraction of a second.
import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from './setup/build.mjs'
import { buildConsole } from './setup/console.mjs'
import { installDependencies } from './setup/dependencies.mjs'
import { exclusively } from './setup/exclusive.mjs'
import { SetupError } from './setup/run.mjs'
import { bundleWorkflows } from './setup/workflow-bundle.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** @param {{ depsOnly?: boolean }} options `depsOnly`: for formatters and linters, which need no build. */
export async function setup({ depsOnly = false } = {}) {
  checkPlatform()
  checkNode()
  // stderr: stdout belongs to the command that follows, and may be JSON.
  const say = (text) => process.stderr.write(`carillon: ${text}\n`)
  const onWait = (pid) => say(`Waiting for another set-up of this directory (process ${pid})`)
  const lockFile = join(root, 'dist/.setup.lock')
  const context = { root, say, exclusively: (work) => exclusively(lockFile, work, onWait) }
  await installDependencies(context)
  if (depsOnly) return
  await build(context)
  await bundleWorkflows(context)
  await buildConsole(context)
}

/** Before anything that would fail there in words of its own. */
export function checkPlatform(platform = process.platform) {
  if (platform !== 'win32') return
  throw new SetupError(
    'Carillon does not run on Windows itself. It runs in WSL, the Linux that Windows brings: `wsl --install` in a terminal, then clone and start Carillon there (https://learn.microsoft.com/windows/wsl/install).',
  )
}

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const wanted = engines.node
    .match(/(\d+)\.(\d+)/)
    .slice(1)
    .map(Number)
  const found = process.versions.node.split('.').map(Number)
  if (found[0] > wanted[0] || (found[0] === wanted[0] && found[1] >= wanted[1])) return
  throw new SetupError(
    `Carillon needs Node ${engines.node}, and this is ${process.versions.node}. Install a newer Node.`,
  )
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await setup({ depsOnly: process.argv.includes('--deps-only') })
  } catch (error) {
    process.stderr.write(`carillon: ${error instanceof SetupError ? error.message : error.stack}\n`)
    process.exitCode = 1
  }
}
