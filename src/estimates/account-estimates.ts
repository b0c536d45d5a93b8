import type { Eta } from '../domain/eta.js'

/** The runs of an account with their ends, as far as those are known, from one reading and one pass. */
export type Pass = ReadonlyMap<string, Eta | undefined>

export type AccountEstimates = {
  /** Undefined where the end is not known. @throws where the account can't be read */
  of(run: { accountId: string; runId: string }): Promise<Eta | undefined>
}

type Entry = {
  pass: Promise<Pass>
  /** Once it is there: what is in it, when that was, and how long it took. Times are in ms, of a steady clock. */
  done?: { pass: Pass; atMs: number; tookMs: number }
}

/** A pass takes a fiftieth of the time at most, whoever asks how often. */
const restPerCost = 50

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

  function isGood({ done }: Entry, runId: string): boolean {
    if (done === undefined) return true
    const ageMs = clock() - done.atMs
    if (ageMs >= keepMs(done.tookMs)) return false
    return done.pass.has(runId) || ageMs < restPerCost * done.tookMs
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

  return {
    async of({ accountId, runId }) {
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
