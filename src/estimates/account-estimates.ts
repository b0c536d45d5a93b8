import type { Eta } from '../domain/eta.js'
import { pause } from '../pause.js'

/** The runs of an account with their ends, as far as those are known, from one reading and one pass. */
export type Pass = ReadonlyMap<string, Eta | undefined>

export type AccountEstimates = {
  /** Undefined where the end is not known. @throws where the account can't be read */
  of: (run: { accountId: string; runId: string }) => Promise<Eta | undefined>
}

type Entry = {
  pass: Promise<Pass>
  /** Once it is there: what is in it, when that was, and how long it took. Times are in ms, of a steady clock. */
  done?: { pass: Pass; atMs: number; tookMs: number }
}

/** A pass takes a fiftieth of the time at most, whoever asks how often. */
const restPerCost = 50
/** Worth waiting for, for a run that the last pass did not have. */
const shortRestMs = 1_000

/**
 * One estimate per account, for all who ask: those who come while it is made wait for the same one. It is kept for
 * `keepMs`; a run that came after it is worth a new one sooner, once the last one's cost is slept off.
 */
export function accountEstimates({
  estimate,
  keepMs,
  clock = () => performance.now(),
}: {
  estimate: (accountId: string) => Promise<Pass>
  /** How long a pass is used that took so long; both in ms. */
  keepMs: (tookMs: number) => number
  clock?: () => number
}): AccountEstimates {
  const entries = new Map<string, Entry>()

  function isGood(entry: Entry, runId: string): boolean {
    const { done } = entry
    if (done === undefined) return true
    const ageMs = clock() - done.atMs
    if (ageMs >= keepMs(done.tookMs)) return false
    return done.pass.has(runId) || restMs(entry) > 0
  }

  function start(accountId: string): Entry {
    const beganMs = clock()
    const entry: Entry = {
      pass: estimate(accountId).then(
        (pass) => {
          entry.done = { pass, atMs: clock(), tookMs: clock() - beganMs }
          return pass
        },
        (error: unknown) => {
          entries.delete(accountId)
          throw error
        },
      ),
    }
    entries.set(accountId, entry)
    return entry
  }

  /** How long a run that came after the last pass has to wait for a new one. */
  function restMs({ done }: Entry): number {
    return done === undefined ? 0 : restPerCost * done.tookMs - (clock() - done.atMs)
  }

  return {
    async of({ accountId, runId }) {
      const last = entries.get(accountId)
      if (last?.done?.pass.has(runId) === false) {
        const leftMs = restMs(last)
        if (leftMs > 0 && leftMs <= shortRestMs) await pause(leftMs)
      }
      const entry = entries.get(accountId)
      const { pass } = entry !== undefined && isGood(entry, runId) ? entry : start(accountId)
      return (await pass).get(runId)
    },
  }
}

/** Not longer than it is worth: of few runs a new one is as cheap as it is true. */
export function aFiftieth(tookMs: number): number {
  return Math.min(halfAMinuteMs, restPerCost * tookMs)
}

export const halfAMinuteMs = 30_000
