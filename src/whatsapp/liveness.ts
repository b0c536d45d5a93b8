import type { WireReading } from './wire.js'

/**
 * A connection that was cut without a word stays open at this end for minutes. While messages are sent, silence is
 * therefore asked about: in a healthy run the acks arrive faster than that, so nothing is asked for it.
 */
export const livenessLimits = {
  /** After a send, the connection is watched this closely for so long. */
  busyMs: 60_000,
  /** Nothing received for `askAfterMs`: asks. Nothing for `answerMs` after that, either: gone. */
  busy: { askAfterMs: 3_000, answerMs: 3_000 },
  idle: { askAfterMs: 30_000, answerMs: 15_000 },
  /** Asks at least so often, as WhatsApp Web does. */
  askEveryMs: 30_000,
}

// An answer may take so many round trips: over a bad line TCP sends the question, or the answer, again.
const roundTrips = 8
const longestAnswerMs = 30_000

/**
 * The slowest line that Carillon works with, 64 kbit/s up. What the system has taken is on its way for so long, unseen:
 * WhatsApp says nothing while it reads one large message, and a question waits behind it in the same stream.
 */
const leastBytesPerMs = 8
const longestAllowanceMs = 120_000

// A question that waits behind more than this does not tell how long a round trip is.
const littleBytes = 4_096

export type Asked = { atMs: number; written: number; isAlone: boolean }

/** Whether a connection is silent, by what moves on it. Bytes that go out count as a sign of life as those that come in. */
export function liveness({ nowMs, roundTripMs = 0 }: { nowMs: number; roundTripMs?: number | undefined }) {
  let last: WireReading = { read: 0, written: 0, waiting: 0 }
  let aliveMs = nowMs
  let busyUntilMs = -Infinity
  let lastAskedMs = -Infinity
  let unansweredMs: number | undefined
  /** All that was written before has arrived: what was written later was answered. */
  let arrived = 0
  let hasAnswer = false

  const allowanceMs = (): number =>
    Math.min(longestAllowanceMs, Math.max(0, last.written - arrived) / leastBytesPerMs)

  function note(now: number, reading: WireReading): void {
    if (reading.read !== last.read) {
      aliveMs = now
      unansweredMs = undefined
    } else if (reading.waiting < last.waiting) {
      aliveMs = now
    }
    last = reading
  }

  return {
    /** How long it may take until all that was written has arrived, and nothing is wrong. */
    allowanceMs,
    /** A message is about to be sent. Its answer shows that what was written before has arrived. */
    sending(now: number, reading: WireReading): number {
      note(now, reading)
      busyUntilMs = now + livenessLimits.busyMs
      return reading.written
    },
    arrived(written: number): void {
      arrived = Math.max(arrived, written)
    },
    look(now: number, reading: WireReading): 'fine' | 'ask' | { silentMs: number } {
      note(now, reading)
      const silentMs = now - aliveMs
      const { askAfterMs, answerMs } = now > busyUntilMs ? livenessLimits.idle : livenessLimits.busy
      if (unansweredMs === undefined)
        return silentMs > askAfterMs || now - lastAskedMs > livenessLimits.askEveryMs ? 'ask' : 'fine'
      const limitMs = Math.max(answerMs, Math.min(longestAnswerMs, roundTrips * roundTripMs)) + allowanceMs()
      return now - Math.max(unansweredMs, aliveMs) > limitMs ? { silentMs } : 'fine'
    },
    asked(now: number): Asked {
      lastAskedMs = now
      unansweredMs = now
      const isAlone = last.waiting === 0 && last.written - arrived < littleBytes
      return { atMs: now, written: last.written, isAlone }
    },
    answered(now: number, { atMs, written, isAlone }: Asked): void {
      arrived = Math.max(arrived, written)
      if (!isAlone) return
      const sampleMs = now - atMs
      roundTripMs = hasAnswer ? roundTripMs + (sampleMs - roundTripMs) / 4 : sampleMs
      hasAnswer = true
    },
  }
}
