import { pause } from '../../src/pause.js'
import { messageOf } from '../../src/stack/errors.js'
import type { Journal } from './journal.js'

const betweenTriesMs = 500

/** Tries until it works: what it needs may be down just now. Gives up, with the last error, when aborted. */
export async function untilItWorks<T>(
  what: string,
  work: () => Promise<T>,
  { journal, signal }: { journal: Journal; signal: AbortSignal },
): Promise<T> {
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw error
      journal.write('will try again', { what, error: firstLine(messageOf(error)) })
      await pause(betweenTriesMs, signal)
    }
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.slice(0, 200) ?? ''
}
