import { spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { codeOf, messageOf } from './errors.js'
import { tickOf, type Progress } from './progress.js'

const tickMs = 2_000
const niceness = 10 // it takes minutes, and the machine is there for other things too

export interface GoProgram {
  /** For the reader, as in "Building the Temporal CLI". */
  what: string
  /** The folder with the go.mod that pins it and all it depends on. */
  module: string
  package: string
  /** The file to write. */
  output: string
  /** How many packages it is made of, to tell how far the build is. */
  packageCount: number
}

export interface BuildContext {
  env: NodeJS.ProcessEnv
  progress: Progress
  signal?: AbortSignal | undefined
}

/** @returns what went wrong, if anything */
export async function goBuild(
  program: GoProgram,
  { env, progress, signal }: BuildContext,
): Promise<string | undefined> {
  const startedAt = Date.now()
  const args = ['build', '-v', '-trimpath', '-ldflags=-s -w', '-o', program.output, program.package]
  const child = spawn('go', args, {
    cwd: program.module,
    env: { ...env, GOWORK: 'off' },
    stdio: ['ignore', 'ignore', 'pipe'],
    killSignal: 'SIGINT',
    ...(signal ? { signal } : {}),
  })
  const counter = countGoOutput(child.stderr, program)
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => resolve(explainSpawn(error)))
    child.once('close', (code, killed) =>
      resolve(code === 0 ? undefined : `go build ended with ${code ?? killed}: ${counter.lastLines()}`),
    )
  })
  if (child.pid !== undefined) lowerPriority(child.pid)
  const tick = tickOf(progress)
  const ticker = setInterval(() => tick(`${counter.describe()}, ${elapsed(Date.now() - startedAt)}`), tickMs)
  try {
    return await ended
  } finally {
    clearInterval(ticker)
  }
}

function explainSpawn(error: Error): string {
  return codeOf(error) === 'ENOENT' ? 'Go is not installed' : `go does not run: ${error.message}`
}

/** Its children inherit it. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, niceness)
  } catch (error) {
    if (codeOf(error) !== 'ERR_SYSTEM_ERROR') throw new Error(messageOf(error), { cause: error }) // it has ended already
  }
}

/** `go build -v` writes a line per downloaded module, and one per compiled package. */
function countGoOutput(
  stderr: NodeJS.ReadableStream,
  { what, packageCount }: GoProgram,
): { describe: () => string; lastLines: () => string } {
  let modules = 0
  let packages = 0
  const last: string[] = []
  createInterface({ input: stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading ')) modules += 1
    else if (/^\S+$/.test(line)) packages += 1
    last.push(line)
    if (last.length > 6) last.shift()
  })
  return {
    describe: () =>
      packages === 0
        ? `Building ${what}: ${modules} modules fetched`
        : `Building ${what}: ${packages.toLocaleString('en')} of about ${packageCount.toLocaleString('en')} packages compiled`,
    lastLines: () => last.join(' | '),
  }
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
