import { withSaid } from '../domain/sentences/with-said.js'
import type { HttpClient } from '../api/client/client.js'
import type { CarillonClient } from '../client/client.js'
import type { Way } from '../domain/ways.js'
import type { Keys } from '../client/keys/keys.js'
import type { Operators } from '../client/operators/operators.js'
import { exitCodes, type ExitCode } from './exit-codes.js'

/** What the commands act by: Temporal and Postgres themselves, or the API. */
export type CommandClient = CarillonClient & {
  operators: Operators
  keys: Keys
  /** What the API finds where it runs; without it the commands look themselves. */
  system?: HttpClient['system']
  close(): Promise<void>
}

/** Everything the commands touch outside of themselves, so that tests can stand in for it. */
export type Io = {
  /** One line or more to stdout; the newline is added. */
  out: (text: string) => void
  /** The same to stderr: warnings, hints and errors, so that stdout stays parseable. */
  err: (text: string) => void
  /** Where live output is drawn; undefined when nobody watches (no terminal). */
  terminal: NodeJS.WriteStream | undefined
  /** True when escape codes for colours are wanted. */
  hasColor: boolean
  env: NodeJS.ProcessEnv
  readStdin: () => Promise<string>
  isStdinTty: boolean
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  connect: (env: NodeJS.ProcessEnv, via: Way) => Promise<CommandClient>
  now: () => Date
}

/** The options of every command. */
export type GlobalOptions = { json?: boolean; debug?: boolean }

/** What the action of a command has at hand. */
export type CommandContext = {
  io: Io
  isJson: boolean
  style: Style /** @param via how it is asked, for the audit: `cli` when not given */
  client: (via?: 'mcp') => Promise<CommandClient>
}

/** How a command runs its action: its client is closed after it. */
export type Act = (action: (context: CommandContext) => Promise<ExitCode>) => Promise<void>

export type Style = Record<'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', (text: string) => string>

export function createStyle(hasColor: boolean): Style {
  const wrap = (open: number, close: number) => (text: string) =>
    hasColor ? `\u001b[${open}m${text}\u001b[${close}m` : text
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
    cyan: wrap(36, 39),
  }
}

/** One JSON document on one line: JSON lines where there are several. A command that ends with it has done its work. */
export function printJson({ io }: CommandContext, value: unknown): ExitCode {
  io.out(JSON.stringify(typeof value === 'object' && value !== null ? withSaid(value) : value))
  return exitCodes.ok
}

/** The same in words. */
export function print({ io }: CommandContext, text: string): ExitCode {
  io.out(text)
  return exitCodes.ok
}

/** Where a page is not the last one, how to see the next. */
export function hintNextPage({ io, style }: CommandContext, { next }: { next?: string }): void {
  if (next !== undefined) io.out(style.dim(`\nMore: --cursor ${next}`))
}
