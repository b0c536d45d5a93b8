import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const followParent = fileURLToPath(new URL('./follow-parent.js', import.meta.url))

/** A part that is stopped gets this long, then it is killed. */
const stopMs = 20_000

/** A part ended although nobody stopped it; worded for the reader. */
export class ChildError extends Error {
  override name = 'ChildError'
}

export type Child = {
  /** Rejects when the process ends although nobody stopped it. */
  failed: Promise<never>
  /** The first line of stdout that matches; rejects when the process ends before. */
  line: (matches: (line: string) => boolean) => Promise<string>
  stop: () => Promise<void>
}

/**
 * A program of ours as a process. It has a session of its own, so that Ctrl-C in the terminal reaches only the demo,
 * which stops its parts in order.
 */
export function startChild({
  name,
  program,
  nodeArguments = [],
  args = [],
  env,
  logFile,
}: {
  name: string
  program: URL
  nodeArguments?: string[]
  args?: string[]
  env: NodeJS.ProcessEnv
  logFile: string
}): Child {
  const child = spawn(
    process.execPath,
    ['--import', followParent, ...nodeArguments, fileURLToPath(program), ...args],
    {
      env: { ...process.env, ...env, CARILLON_DEMO_PID: String(process.pid) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    },
  )
  const log = createWriteStream(logFile)
  child.stderr?.pipe(log, { end: false })
  const listeners = new Set<(line: string) => void>()
  const lines: string[] = []
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`)
      lines.push(line)
      for (const listener of listeners) listener(line)
    })

  let isStopping = false
  const exited = exitOf(child)
  const failed = exited.then(async (how): Promise<never> => {
    // Nobody waits for this when it was stopped: it never settles then.
    if (isStopping) return await new Promise<never>(() => {})
    throw new ChildError(`${name} ${how}. The end of ${logFile}:\n${tail(logFile)}`)
  })
  // Whoever waits for `failed` or `line` hears of it; before that it is no unhandled rejection.
  failed.catch(() => undefined)
  return {
    failed,
    line: async (matches) => {
      const found = new Promise<string>((resolve) => {
        const earlier = lines.find((line) => matches(line))
        if (earlier !== undefined) resolve(earlier)
        listeners.add((line) => {
          if (matches(line)) resolve(line)
        })
      })
      return await Promise.race([found, failed])
    },
    stop: async () => {
      isStopping = true
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), stopMs)
      await exited
      clearTimeout(kill)
      log.end()
    },
  }
}

function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `ended with code ${code}` : `was killed (${signal})`),
    )
  })
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n')
}
