import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'

const logFolder = 'test-results/logs'

export type Started = {
  pid: number
  child: ChildProcess
  logFile: string
  /** Resolves with the first line of stdout that `matches`. */
  line(matches: (line: string) => boolean): Promise<string>
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a compiled program of ours; its output goes to a log file that outlives the test. */
export function startProgram(name: string, nodeArguments: string[], environment: NodeJS.ProcessEnv): Started {
  mkdirSync(logFolder, { recursive: true })
  const logFile = join(logFolder, `${name}-${process.pid}-${Date.now()}.log`)
  const log = createWriteStream(logFile)
  const child = spawn(process.execPath, nodeArguments, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const waiting = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    for (const look of waiting) look()
  })
  child.stdout.pipe(log, { end: false })
  child.stderr.pipe(log, { end: false })
  const exited = once(child, 'exit')
  return {
    pid: child.pid ?? 0,
    child,
    logFile,
    line(matches) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = text.split('\n').find((line) => matches(line))
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
        void exited.then(() => reject(new Error(`${name} ended before it was ready: see ${logFile}`)))
      })
    },
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await exited
    },
  }
}
