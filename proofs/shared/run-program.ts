import { StackError } from '../../src/stack/errors.js'
import { UsageError } from '../../src/stack/program-arguments.js'
import type { Progress } from '../../src/stack/progress.js'
import { terminalProgress } from '../../src/stack/terminal-progress.js'
import { ChildError } from './child.js'
import { Closers } from './closers.js'
import { interruption, type Interruption } from './interruption.js'

export type Frame = {
  progress: Progress
  say: (text: string) => void
  /** Where people read: with --json, stdout is for the program that reads its last line. */
  stream: NodeJS.WriteStream
  closers: Closers
  interrupted: Interruption
}

/**
 * A program that runs a system of its own: what it opens is closed in reverse however it ends, and the exit code is
 * that of `work`; 130 after Ctrl-C, 2 where the command was written wrongly, 1 when something broke.
 */
export function runProgram<Options extends { isJson: boolean }>(
  name: string,
  {
    usage,
    readOptions,
    work,
  }: {
    usage: string
    /** Undefined when only help is wanted. */
    readOptions: (args: string[]) => Options | undefined
    work: (options: Options, frame: Frame) => Promise<number>
  },
): void {
  const run = async (): Promise<number> => {
    const options = readOptions(process.argv.slice(2))
    if (options === undefined) {
      process.stdout.write(`${usage}\n`)
      return 0
    }
    const stream = options.isJson ? process.stderr : process.stdout
    const progress = terminalProgress(stream)
    const closers = new Closers()
    const interrupted = interruption()
    const frame = { progress, say: (text: string) => progress.step(text), stream, closers, interrupted }
    try {
      return await Promise.race([work(options, frame), interrupted.promise])
    } finally {
      await closers.closeAll()
    }
  }
  run().then(
    (code) => process.exit(code),
    (error: unknown) => {
      process.stderr.write(`carillon ${name}: ${textOf(error)}\n`)
      process.exit(error instanceof UsageError ? 2 : 1)
    },
  )
}

/** Writes the report, where the logs are, and with --json the result. Returns the exit code. */
export function conclude(
  { stream }: Pick<Frame, 'stream'>,
  {
    text,
    logsDir,
    isJson,
    result,
  }: { text: string; logsDir: string; isJson: boolean; result: { isGood: boolean } },
): number {
  stream.write(`\n${text}\n\nThe logs are in ${logsDir}\n`)
  if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.isGood ? 0 : 1
}

/** What is worded for the reader as it is, anything else with where it came from. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const isExpected = error instanceof StackError || error instanceof ChildError || error instanceof UsageError
  return isExpected ? error.message : (error.stack ?? error.message)
}
