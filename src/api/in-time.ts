import { CarillonError } from '../client/errors.js'
import { say } from '../domain/sentences/say.js'

/** Longer than the client waits for a worker. */
const defaultTimeLimitMs = 60_000

/** @throws CarillonError `timed_out` where it takes longer; it may go on all the same */
export async function inTime<T>(work: Promise<T>, timeLimitMs = defaultTimeLimitMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new CarillonError('timed_out', say('notInTime', { seconds: timeLimitMs / 1_000 }))),
      timeLimitMs,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
