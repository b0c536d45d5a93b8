import { createStyle, type CommandContext, type Io } from '../cli/io.js'
import { formatMoment } from '../client/moments.js'
import type { Confirmation } from '../client/temporal/signals.js'

/** What a command prints, warnings first: an assistant and a person at a terminal are told the same. */
export function printed(print: (context: CommandContext) => unknown): string {
  const [said, warned]: [string[], string[]] = [[], []]
  const io: Io = {
    out: (text) => said.push(text),
    err: (text) => warned.push(text),
    terminal: undefined,
    hasColor: false,
    env: {},
    readStdin: async () => '',
    isStdinTty: false,
    signal: new AbortController().signal,
    connect: nothing,
    now: () => new Date(),
  }
  print({ io, isJson: false, style: createStyle(false), client: nothing })
  return [...warned, ...said].join('\n')
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('what is printed was read before'))
}

/** Where a page is not the last one, how to read on. */
export function pageText(text: string, { next }: { next?: string | undefined }): string {
  return next === undefined ? text : `${text}\n\nThere are more: call it again with the cursor '${next}'.`
}

/** `Mon 30 Nov 2026 at 08:00 (Africa/Nairobi), that is 2026-11-30T05:00:00.000Z`: as a person and as a call has it. */
export function momentText(at: Date | string, zone: string): string {
  const instant = new Date(at).toISOString()
  return `${formatMoment(instant, zone)}, that is ${instant}`
}

/**
 * What became of a request that a worker acts on.
 * @param what it is about: `Reminder 'class-trip'` @param now how it is
 */
export function confirmationText(
  what: string,
  now: string,
  { confirmed, already }: Pick<Confirmation<unknown>, 'confirmed' | 'already'>,
): string {
  if (!confirmed)
    return `${what} is ${now} still. It is asked for, durably, and no worker has acted on it yet: one does as soon as it runs. It need not be asked for again.`
  return `${what} is ${now}${already === true ? ' already' : ''}.`
}
