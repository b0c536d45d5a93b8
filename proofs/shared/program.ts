import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const followParent = fileURLToPath(new URL('./follow-parent.js', import.meta.url))

export type Program = {
  pid: number
  /** Resolves, with the reason in words, when it has ended. */
  exited: Promise<string>
  hasEnded(): boolean
  /** The first line of stdout that matches; rejects when the process ends before. */
  line(matches: (line: string) => boolean): Promise<string>
  signal(signal: NodeJS.Signals): void
}

/** A program of ours as a process of its own, which ends when this one does. Its output is added to the log file. */
export function startProgram({
  program,
  nodeArguments = [],
  args = [],
  env,
  logFile,
}: {
  /** Below dist/, e.g. `simulator/main.js`. */
  program: string
  nodeArguments?: string[]
  args?: string[]
  env: NodeJS.ProcessEnv
  logFile: string
}): Program {
  const path = fileURLToPath(new URL(`../../${program}`, import.meta.url))
  const child = spawn(process.execPath, ['--import', followParent, ...nodeArguments, path, ...args], {
    env: { ...process.env, ...env, CARILLON_DEMO_PID: String(process.pid) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true, // Ctrl-C reaches the campaign only, which ends its parts in order
  })
  const log = createWriteStream(logFile, { flags: 'a' })
  child.stderr?.pipe(log, { end: false })
  const waiting = new Set<(line: string) => void>()
  const first: string[] = []
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.write(`${line}\n`)
      if (first.length < 20) first.push(line)
      for (const take of waiting) take(line)
    })
  let ended: string | undefined
  const exited = new Promise<string>((resolve) => {
    const end = (how: string) => {
      ended ??= how
      log.end()
      resolve(how)
    }
    child.once('error', (error) => end(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => end(signal ? `killed by ${signal}` : `ended with code ${code}`))
  })
  return {
    pid: child.pid ?? 0,
    exited,
    hasEnded: () => ended !== undefined,
    async line(matches) {
      const found = new Promise<string>((resolve) => {
        const take = (line: string) => {
          if (!matches(line)) return
          waiting.delete(take)
          resolve(line)
        }
        waiting.add(take)
        for (const line of first) take(line)
      })
      const early = exited.then((how): never => {
        throw new Error(`${program} ${how} before it was ready: see ${logFile}`)
      })
      return await Promise.race([found, early])
    },
    signal(signal) {
      if (ended === undefined) child.kill(signal)
    },
  }
}
