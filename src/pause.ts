import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or less when aborted; never rejects for that. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}
