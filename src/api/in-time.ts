import { CarillonError } from '../client/errors.js'

/** Longer than the client waits for a worker. */
const defaultTimeLimitMs = 60_000

/** @throws CarillonError `timed_out` where it takes longer; it may go on all the same */
export async function inTime<T>(work: Promise<T>, timeLimitMs = defaultTimeLimitMs): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new CarillonError(
            'timed_out',
            `It was not done within ${timeLimitMs / 1_000} s, and may still be: look before you ask again.`,
          ),
        ),
      timeLimitMs,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
