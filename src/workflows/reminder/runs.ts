import { condition } from '@temporalio/workflow'
import type { DueRun, RunOutcome, Situation } from '../../protocol/payloads.js'
import type { ReminderKey } from '../../protocol/workflows.js'
import { runs } from '../proxies.js'
import { runToItsEnd, tellRun } from './child-run.js'

export type EndedRun = { runId: string; outcome: RunOutcome }

export type FollowedRuns = {
  /**
   * Starts each run that Postgres has and nobody follows, and follows it to its end.
   * @throws what went wrong with one that is followed: it ends the reminder, which is better than to wait for ever
   */
  follow(situation: Pick<Situation, 'runs' | 'endingBecause'>): void
  /**
   * Has the runs under way look at their rows, which an operator's request has changed; and the retries of those that
   * had ended, which are nobody's children: Postgres knows them.
   */
  tell(): Promise<void>
  /** None is under way. */
  readonly isIdle: boolean
  readonly last: EndedRun | undefined
  /** One has ended, and Postgres was not asked since what follows from that. */
  readonly hasEnded: boolean
  /** One has ended, or `follow` has something to throw: the reminder must look. */
  readonly isStirred: boolean
  /** Forgets that one has ended. Call it before Postgres is asked: a run that ends from then on has it asked again. */
  heedEnds(): void
}

/** @param last the run that ended last when the reminder continued as new */
export function followedRuns(key: ReminderKey, last: EndedRun | undefined): FollowedRuns {
  const underWay = new Map<string, { isStarted: boolean }>()
  // Postgres had these under way when it was last asked.
  const ended = new Set<string>()
  const superseded = new Set<string>()
  let hasEnded = false
  let broken: unknown

  async function toItsEnd(due: DueRun, isEnding: boolean): Promise<void> {
    const { runId } = due
    const followed = { isStarted: false }
    underWay.set(runId, followed)
    try {
      const onStarted = () => {
        followed.isStarted = true
      }
      const outcome = await runToItsEnd(key, due, { isEnding, onStarted })
      last = { runId, outcome }
      ended.add(runId)
      hasEnded = true
    } catch (error) {
      broken = error
    } finally {
      underWay.delete(runId)
    }
  }

  async function tellOnceStarted(runId: string): Promise<void> {
    // It is told as soon as it is there; it would not be found before.
    await condition(() => underWay.get(runId)?.isStarted !== false)
    if (underWay.has(runId)) await tellRun(runId)
  }

  /** Its row is canceled already. */
  async function tellSuperseded(runId: string): Promise<void> {
    superseded.add(runId)
    try {
      await tellOnceStarted(runId)
    } catch (error) {
      broken = error
    }
  }

  return {
    follow({ runs: due, endingBecause }) {
      if (broken !== undefined) throw broken
      for (const run of due) {
        const { runId } = run
        if (ended.has(runId)) continue
        if (!underWay.has(runId)) void toItsEnd(run, endingBecause !== undefined)
        if (run.isSuperseded && !superseded.has(runId)) void tellSuperseded(runId)
      }
    },
    async tell() {
      for (const runId of underWay.keys()) await tellOnceStarted(runId)
      for (const runId of await runs.openRetries(key)) await tellRun(runId)
    },
    get isIdle() {
      return underWay.size === 0
    },
    get last() {
      return last
    },
    get hasEnded() {
      return hasEnded
    },
    get isStirred() {
      return hasEnded || broken !== undefined
    },
    heedEnds() {
      hasEnded = false
    },
  }
}
