import { GatewayFailure } from './gateway.js'

const firstRetryMs = 5_000
const longestRetryMs = 5 * 60_000

export type WholeReading = {
  /** One read; whoever asks while one is under way waits for that one. @throws what the read throws */
  now(): Promise<void>
  isUnderWay(): boolean
  stop(): void
}

/** `onFailure` was. */
function alreadyTold(): void {}

/**
 * Reads all groups again by itself after a read that failed, later each time, until one is answered or it is stopped.
 * The first waits are short: a new account has nobody to send to before.
 */
export function wholeReading({
  read,
  onFailure,
  inBackground,
  retryMs = firstRetryMs,
}: {
  read: () => Promise<void>
  /** Told of every failure, with the time to the next try. */
  onFailure: (failure: string, retryInMs: number) => Promise<void>
  inBackground: (work: Promise<unknown>) => void
  retryMs?: number | undefined
}): WholeReading {
  let flight: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let waitMs = retryMs
  let isStopped = false

  async function once(): Promise<void> {
    clearTimeout(timer)
    try {
      await read()
      waitMs = retryMs
    } catch (error) {
      if (!isStopped) await again(error)
      throw error
    }
  }

  async function again(error: unknown): Promise<void> {
    const retryInMs = waitMs
    waitMs = Math.min(2 * waitMs, longestRetryMs)
    timer = setTimeout(tryAgain, retryInMs)
    // Where Postgres failed, to say so fails too: the next try is set already.
    await onFailure(error instanceof GatewayFailure ? error.failure : 'DatabaseLost', retryInMs)
  }

  function tryAgain(): void {
    inBackground(now().catch(alreadyTold))
  }

  function now(): Promise<void> {
    flight ??= once().finally(() => {
      flight = undefined
    })
    return flight
  }

  return {
    now,
    isUnderWay: () => flight !== undefined,
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
