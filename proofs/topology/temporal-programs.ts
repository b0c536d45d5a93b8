import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDir } from '../../src/stack/cache.js'
import { StackError } from '../../src/stack/errors.js'
import { goBuild, type BuildContext } from '../../src/stack/go-build.js'
import { waitForLock } from '../../src/stack/lock.js'
import { projectRoot } from '../../src/stack/project-root.js'

/** The versions in tools/temporal-server/go.mod, which are those of the images in docker-compose.yml. */
export const temporalServerVersion = '1.31.2'
export const temporalUiVersion = '2.50.1'

const uiModule = 'github.com/temporalio/ui-server/v2'

const programs = [
  {
    name: 'temporal-server',
    what: "Temporal's server",
    package: 'go.temporal.io/server/cmd/server',
    packageCount: 1_677,
  },
  {
    name: 'temporal-sql-tool',
    what: "Temporal's SQL tool",
    package: 'go.temporal.io/server/cmd/tools/sql',
    packageCount: 805,
  },
  {
    name: 'temporal-ui-server',
    what: "Temporal's Web UI",
    package: `${uiModule}/cmd/server`,
    packageCount: 424,
  },
]

/** @returns the folder with the programs, and the Web UI's config/docker.yaml, as in the images */
export async function temporalPrograms(context: BuildContext): Promise<string> {
  const { env, progress, signal } = context
  const cache = cacheDir(env)
  const name = `temporal-server-${temporalServerVersion}`
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  const waiting = (pid: number) => progress.step(`Waiting for Temporal's server, which process ${pid} builds`)
  const release = await waitForLock(`${folder}.lock`, (holder) => waiting(holder.pid), signal)
  try {
    if (existsSync(folder)) return folder
    for (const left of readdirSync(cache).filter(
      (entry) => entry.startsWith(`${name}.`) && entry.endsWith('.tmp'),
    ))
      rmSync(join(cache, left), { recursive: true })
    const unfinished = `${folder}.${process.pid}.tmp`
    mkdirSync(join(unfinished, 'config'), { recursive: true })
    await build(unfinished, context)
    renameSync(unfinished, folder)
    return folder
  } finally {
    release()
  }
}

async function build(folder: string, context: BuildContext): Promise<void> {
  const module = join(projectRoot(), 'tools/temporal-server')
  context.progress.step(
    "Building Temporal's server with Go. It takes minutes (up to an hour on a small, busy machine), once.",
  )
  for (const program of programs) {
    const problem = await goBuild({ ...program, module, output: join(folder, program.name) }, context)
    context.signal?.throwIfAborted()
    if (problem !== undefined)
      throw new StackError(
        `${program.what} could not be built: ${problem}. The topology needs Go (https://go.dev/dl) and its module proxy; \`npm run demo\` does without.`,
      )
  }
  const { stdout } = await promisify(execFile)('go', ['list', '-m', '-f', '{{.Dir}}', uiModule], {
    cwd: module,
    env: { ...context.env, GOWORK: 'off' },
  })
  copyFileSync(join(stdout.trim(), 'config/docker.yaml'), join(folder, 'config/docker.yaml'))
}
