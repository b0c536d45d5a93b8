import { Closers } from '../../src/demo/closers.js'
import { interruption } from '../../src/demo/interruption.js'
import { StackError } from '../../src/stack/errors.js'
import { terminalProgress } from '../../src/stack/terminal-progress.js'
import { tickOf, type Progress } from '../../src/stack/progress.js'
import { UsageError } from '../../src/stack/program-arguments.js'

export type Screen = {
  progress: Progress
  say: (text: string) => void
  tick: (text: string) => void
  print: (text: string) => void
}

/** The frame of a campaign's program: what it opens is closed in reverse however it ends. Sets the exit code. */
export function runProgram(
  name: string,
  {
    isJson,
    work,
  }: {
    /** stdout is then for the program that reads its last line. */
    isJson: boolean
    work: (frame: { screen: Screen; closers: Closers; signal: AbortSignal }) => Promise<number>
  },
): void {
  const stream = isJson ? process.stderr : process.stdout
  const progress = terminalProgress(stream)
  const screen: Screen = {
    progress,
    say: (text) => progress.step(text),
    tick: tickOf(progress),
    print: (text) => stream.write(`${text}\n`),
  }
  const closers = new Closers()
  const interrupted = interruption()
  const run = async () => {
    try {
      return await Promise.race([work({ screen, closers, signal: interrupted.signal }), interrupted.promise])
    } finally {
      await closers.closeAll()
    }
  }
  run().then(
    (code) => process.exit(code),
    (error: unknown) => fail(name, error),
  )
}

export function fail(name: string, error: unknown): never {
  const isExpected = error instanceof StackError || error instanceof UsageError
  const text =
    error instanceof Error ? (isExpected ? error.message : (error.stack ?? error.message)) : String(error)
  process.stderr.write(`carillon ${name}: ${text}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
}
