import { InvalidArgumentError, Option, type Command } from 'commander'
import { defaultLimit } from '../client/paging.js'
import { confirmTimeoutMs } from '../client/temporal/signals.js'
import { parseDuration } from '../domain/duration.js'

/** Parsers of option values; what they throw is a usage error that names the option. */

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`expected a whole number, got '${text}'`)
}

export function wholeNumberOrNone(text: string): number | 'none' {
  return text.toLowerCase() === 'none' ? 'none' : wholeNumber(text)
}

export function durationMs(text: string): number {
  const ms = parseDuration(text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError(`expected a duration such as 90s or 5m, got '${text}'`)
}

export function repeated(value: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), value]
}

export type ListOptions<State extends string, Order extends string = never> = {
  state?: State[]
  account?: string
  sort?: Order
  limit?: number
  cursor?: string
  search?: string
  skip?: number
}

export function listOptions(command: Command, what: string): Command {
  return pageOptions(command.option('--state <state>', `only ${what} in this state (repeatable)`, repeated))
}

/** For lists of which any page can be asked for, and in which words are searched. */
export function searchOptions(command: Command, of: string): Command {
  return command
    .option('--search <words>', `only those that have each of these words in ${of}`)
    .option('--skip <count>', 'leave out so many of the first, in place of a cursor', wholeNumber)
}

/** For what is told page by page. */
export function pageOptions(command: Command): Command {
  return command.addOption(limitOption()).option('--cursor <cursor>', 'go on where an earlier page ended')
}

/** For lists of what accounts send. */
export function orderOptions(command: Command, orders: readonly [string, ...string[]]): Command {
  return command
    .option('--account <account>', 'only those of this account')
    .addOption(new Option('--sort <order>', `${orders.join(', ')} (${orders[0]})`))
}

export function listQuery<State extends string, Order extends string = never>({
  state,
  account,
  sort,
  limit,
  cursor,
  search,
  skip,
}: ListOptions<State, Order>) {
  return {
    ...(account !== undefined && { account }),
    ...(sort !== undefined && { sort }),
    ...(state !== undefined && { states: state }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
    ...(search !== undefined && { search }),
    ...(skip !== undefined && { skip }),
  }
}

export function limitOption(): Option {
  return new Option('--limit <count>', `at most this many (${defaultLimit})`).argParser(wholeNumber)
}

export type ActOptions = { reason?: string; timeout?: number }

export function actOptions(command: Command): Command {
  return command
    .option('--reason <text>', 'why, for those who look at it later (it is stored in Temporal)')
    .option(
      '--timeout <duration>',
      `how long to wait for the worker to confirm (${confirmTimeoutMs / 1_000}s)`,
      durationMs,
    )
}

export function signalOptions({ reason, timeout }: ActOptions) {
  return { ...(reason !== undefined && { reason }), ...(timeout !== undefined && { timeoutMs: timeout }) }
}
