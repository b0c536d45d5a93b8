import { setTimeout as delay } from 'node:timers/promises'
import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import type { AccountActivities } from '../../../src/activities/accounts.js'
import type { LockActivities } from '../../../src/activities/locks.js'
import type { ReminderActivities } from '../../../src/activities/reminders/reminders.js'
import type { RunActivities } from '../../../src/activities/runs.js'
import type { OpenHours, RunEstimate, RunOutcome, Situation } from '../../../src/protocol/payloads.js'
import { lockWorkflowId, mainTaskQueue } from '../../../src/domain/ids.js'
import type { LockHolder, LockRequest } from '../../../src/domain/lock-queue.js'
import type { HeldRun, RunHold } from '../../../src/domain/run-hold.js'
import { isFinalRun, type RunState, type TargetCounts } from '../../../src/domain/states.js'
import { lockGrantedSignal, requestLockSignal } from '../../../src/protocol/messages.js'

type Row = {
  priority?: number
  scheduledAt?: string
  state: RunState
  reason: string | null
  counts: TargetCounts
  total: number
  waitsUntil?: string | undefined
  hold?: RunHold | undefined
}

function finalState({ delivered, ...others }: TargetCounts, canceled: boolean): RunState {
  const isAll = delivered > 0 && Object.values(others).every((count) => count === 0)
  if (isAll) return 'completed'
  if (delivered > 0 || others.unknown > 0) return 'partial'
  return canceled ? 'canceled' : 'failed'
}

/**
 * What Postgres is to the workflows, in memory: enough for the logic of waiting, which is all that is tested on it.
 * What really is in Postgres is tested on a real one.
 */
export class StubLedger {
  /** The window of every reminder: the interval that is open at an instant, or the next one. */
  hoursAt: ((atMs: number) => OpenHours) | undefined
  readonly runStates: string[] = []
  readonly runs = new Map<string, Row>()
  readonly asked: string[] = []
  /** Of one account: those that wait for its lock, in the order in which they came. */
  readonly waiting: LockRequest[] = []
  /** Called when a run's end is asked for. */
  onEstimate: () => Promise<RunEstimate> = async () => ({})
  readonly granted: string[] = []
  readonly holders = new Map<string, LockHolder>()
  /** What was asked of an account, and done. */
  readonly leaving: string[] = []
  readonly accountPauses: (string | null)[] = []
  pauseTakesMs = 0
  /** Accounts that exist. */
  readonly accounts = new Set<string>()
  targets = 1
  #token = 0

  /** Makes a run that nobody started the holder of the account's lock. */
  hold(accountId: string, runId: string): void {
    this.holders.set(accountId, { runId, token: ++this.#token, since: new Date().toISOString() })
  }

  activities(temporal: Client): ReminderActivities & RunActivities & LockActivities & AccountActivities {
    return { ...this.#reminders(), ...this.#runs(temporal), ...this.#locks(temporal), ...this.#leaving() }
  }

  #leaving(): AccountActivities {
    return {
      askToUnlink: async ({ removes, because }) => {
        this.leaving.push(`${removes ? 'remove' : 'unlink'}: ${because}`)
      },
      holdRemindersOf: async () => {
        this.leaving.push('reminders held')
      },
      removeAccount: async () => {
        this.leaving.push('account removed')
      },
    }
  }

  /** Every reminder is paused and does nothing. */
  #reminders(): ReminderActivities {
    const situation: Situation = {
      state: 'paused',
      reason: 'paused for good',
      accountId: 'office',
      upcoming: [],
      runs: [],
    }
    const absent = async (): Promise<never> => {
      throw new Error('reminders are tested on a real Postgres')
    }
    return {
      takeKey: async () => ({
        answer: { kind: 'exists', state: 'paused', scheduledAt: '2026-11-24T06:00:00Z' },
        situation,
      }),
      loadReminder: async () => situation,
      advanceReminder: absent,
      pauseReminder: absent,
      resumeReminder: absent,
      endReminder: absent,
      fireNow: absent,
      editReminder: absent,
      snoozeReminder: absent,
      skipNext: absent,
      noteMerged: absent,
    }
  }

  #runs(temporal: Client): RunActivities {
    const held = ({ hold, state }: Row): HeldRun => {
      if (isFinalRun(state)) return { hasEnded: true }
      return hold ? { hold } : {}
    }
    const outcome = (row: Row): RunOutcome => ({ state: row.state, counts: { ...row.counts } })
    const prepareRun: RunActivities['prepareRun'] = async ({ runId, priority, scheduledAt, deadline }) => {
      const pending = this.targets
      const counts = { pending, delivered: 0, failed: 0, unknown: 0, skipped: 0, expired: 0 }
      const row = this.runs.get(runId) ?? { state: 'preparing', reason: null, counts, total: pending }
      this.runs.set(runId, Object.assign(row, { priority, scheduledAt }))
      return {
        ...outcome(row),
        deadline,
        total: row.total,
        hasWindow: this.hoursAt !== undefined,
        hasMedia: false,
      }
    }
    return {
      prepareRun,
      prepareSmallRun: prepareRun,
      estimateRun: async () => await this.onEstimate(),
      sendingHours: async ({ at }) => this.hoursAt?.(Date.parse(at)),
      setRunState: async ({ runId, state, reason, waitsUntil }) => {
        const row = this.runs.get(runId)
        if (!row) return { hasEnded: true }
        if (row.hold || isFinalRun(row.state)) return held(row)
        Object.assign(row, { state, reason, waitsUntil })
        this.runStates.push(reason === null ? state : `${state}: ${reason}`)
        return {}
      },
      holdRun: async ({ runId, wish }) => {
        const row = this.runs.get(runId)
        if (!row || isFinalRun(row.state) || row.hold?.kind === 'cancel') return row && held(row)
        row.hold = wish.kind === 'resume' ? undefined : wish
        row.state = wish.kind === 'resume' ? 'waiting' : 'paused'
        this.runStates.push(wish.kind === 'resume' ? 'waiting' : `paused: ${wish.because}`)
        return held(row)
      },
      findHold: async ({ runId }) => {
        const row = this.runs.get(runId)
        return row && held(row)
      },
      finishRun: async ({ runId, remainder, canceled, reason }) => {
        const row = this.runs.get(runId)
        if (!row) throw new Error(`There is no run ${runId} to finish.`)
        if (!isFinalRun(row.state)) {
          row.counts[remainder.state] += row.counts.pending
          row.counts.pending = 0
          row.state = finalState(row.counts, canceled)
          row.reason = reason
        }
        this.#leave(runId)
        for (const [account, holder] of this.holders) if (holder.runId === runId) this.holders.delete(account)
        for (const account of this.accounts) await this.#grantNext(temporal, account)
        return outcome(row)
      },
      retryFailed: async () => {
        throw new Error('not in this test')
      },
      openRetries: async () => [],
      abandonTarget: async ({ runId, state }) => {
        const counts = this.runs.get(runId)?.counts
        if (counts) Object.assign(counts, { pending: counts.pending - 1, [state]: counts[state] + 1 })
        return { kind: state }
      },
    }
  }

  /** Puts a run into the queue for the lock; false where it is there already. */
  enqueue(request: LockRequest): boolean {
    if (this.waiting.some(({ runId }) => runId === request.runId)) return false
    this.waiting.push(request)
    return true
  }

  #inOrder(): LockRequest[] {
    return this.waiting.toSorted(
      (a, b) => b.priority - a.priority || Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt),
    )
  }

  #leave(runId: string): void {
    const place = this.waiting.findIndex((request) => request.runId === runId)
    if (place >= 0) this.waiting.splice(place, 1)
  }

  /** To the first of those that wait and whose workflow is open. */
  async #grantNext(temporal: Client, accountId: string): Promise<void> {
    while (!this.holders.has(accountId) && this.accounts.has(accountId)) {
      const [next] = this.#inOrder()
      if (!next) return
      this.#leave(next.runId)
      this.hold(accountId, next.runId)
      this.granted.push(next.runId)
      try {
        await temporal.workflow.getHandle(next.runId).signal(lockGrantedSignal, { token: this.#token })
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error
        this.holders.delete(accountId)
      }
    }
  }

  /** What the delivery of a target writes. */
  noteDelivered(runId: string): void {
    const counts = this.runs.get(runId)?.counts
    if (counts) Object.assign(counts, { pending: counts.pending - 1, delivered: counts.delivered + 1 })
  }

  #locks(temporal: Client): LockActivities {
    return {
      askForLock: async ({ runId, accountId }) => {
        this.asked.push(runId)
        const held = [...this.holders.values()].find((holder) => holder.runId === runId)
        if (held) return held.token
        const others = this.waiting.filter((request) => request.runId !== runId)
        if (!this.holders.has(accountId) && others.length === 0) {
          this.#leave(runId)
          this.hold(accountId, runId)
          this.granted.push(runId)
          return this.#token
        }
        const { priority = 5, scheduledAt = new Date(0).toISOString() } = this.runs.get(runId) ?? {}
        if (this.enqueue({ runId, priority, scheduledAt }))
          await temporal.workflow.signalWithStart('accountLock', {
            workflowId: lockWorkflowId(accountId),
            taskQueue: mainTaskQueue,
            args: [{ accountId }],
            signal: requestLockSignal,
          })
        return undefined
      },
      isRunOpen: async ({ runId }) => {
        try {
          return (await temporal.workflow.getHandle(runId).describe()).status.name === 'RUNNING'
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return false
          throw error
        }
      },
      serveLock: async ({ accountId }) => {
        await this.#grantNext(temporal, accountId)
        const holder = this.holders.get(accountId)
        const waiting = this.accounts.has(accountId) ? this.#inOrder() : []
        return { ...(holder && { holder }), waiting: waiting.slice(0, 20), waitingCount: waiting.length }
      },
      releaseLock: async ({ accountId, runId, token }) => {
        this.#leave(runId)
        const holder = this.holders.get(accountId)
        if (holder?.runId === runId && (token === undefined || holder.token === token))
          this.holders.delete(accountId)
        await this.#grantNext(temporal, accountId)
      },
      setAccountPause: async ({ reason }) => {
        await delay(this.pauseTakesMs)
        this.accountPauses.push(reason)
      },
    }
  }
}
