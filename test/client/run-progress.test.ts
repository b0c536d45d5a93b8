import { describe, expect, it } from 'vitest'
import { runProgress } from '../../src/client/runs/progress.js'
import { estimateEtas, type Eta, type QueueFacts } from '../../src/domain/eta.js'
import {
  groupsNotRead,
  waitsForLock,
  waitsForPeople,
  waitsForWindow,
  type RunState,
} from '../../src/domain/states.js'
import type { ProgressFacts } from '../../src/store/views/progress.js'
import type { RunView } from '../../src/store/views/runs.js'

const now = new Date('2026-11-24T06:01:00Z')

const run = (state: RunState, reason: string | null = null): RunView => ({
  id: 'run:local/trip@2026-11-24T06:00:00Z',
  key: 'trip',
  accountId: 'school',
  state,
  reason,
  priority: 5,
  scheduledAt: now,
  deadline: null,
  waitsUntil: null,
  hold: null,
  createdAt: now,
  startedAt: now,
  finishedAt: null,
})

function facts(account: Partial<ProgressFacts['account']> = {}): ProgressFacts {
  return {
    targets: { pending: 10, delivered: 8, failed: 1, unknown: 0, skipped: 0, expired: 1 },
    sends: { pending: 19, sending: 1, acked: 18, failed: 1, unknown: 0, skipped: 0, expired: 1 },
    ackedLately: 11,
    firstAckLately: new Date(now.getTime() - 20_000),
    account: {
      id: 'school',
      state: 'connected',
      stateDetail: null,
      stateUntil: null,
      pausedReason: null,
      ratePerMinute: 40,
      slotsUsed: 20,
      dailyCap: null,
      dailyCapUntil: null,
      reminderLimit: null,
      reminderSlotsUsed: 0,
      lockHolder: null,
      ...account,
    },
    now,
  }
}

/** The run holds the lock; 20 sends are left of it, half a second each. */
function queue(state: RunState, rest: Partial<QueueFacts> = {}): QueueFacts {
  const { id, priority, scheduledAt } = run(state)
  const nowMs = now.getTime()
  const own = { id, state, priority, scheduledAt: scheduledAt.toISOString(), remainingSends: 20 }
  return {
    nowMs,
    holder: id,
    runs: [{ ...own, deadlineMs: null, window: null, zone: 'UTC', reminder: 'trip', ownLimit: null }],
    freeFromMs: nowMs,
    minute: {
      limit: 40,
      slotsUsed: 20,
      oldestSlotsMs: Array.from({ length: 20 }, (_, index) => nowMs - 30_000 + index * 500),
    },
    day: null,
    gapMs: 500,
    inFlight: 1,
    lastAckMs: nowMs,
    ...rest,
  }
}

const etaOf = (facts: QueueFacts): Eta | undefined => estimateEtas(facts).get(run('running').id)

describe('progress', () => {
  it('counts, measures and estimates', () => {
    expect(runProgress(run('running'), facts(), etaOf(queue('running')))).toMatchObject({
      totalTargets: 20,
      doneTargets: 10,
      totalSends: 40,
      ratePerMinute: 30,
      etaMs: 10_000,
      finishesAt: new Date(now.getTime() + 10_000),
    })
    expect(runProgress(run('running'), facts())).not.toHaveProperty('waitsFor')
  })

  it.each([
    [
      'a pause',
      run('paused', 'paused by operator: lunch'),
      {},
      'paused by operator: lunch',
      { kind: 'operator' },
    ],
    [
      'its turn',
      run('waiting', waitsForLock),
      { lockHolder: 'run:local/bus@1' },
      waitsForLock,
      { kind: 'turn', holder: 'run:local/bus@1' },
    ],
    [
      'the operator',
      run('running'),
      { pausedReason: 'account paused' },
      "account 'school': account paused",
      { kind: 'pausedAccount' },
    ],
    ['the groups', run('preparing', groupsNotRead), {}, groupsNotRead, { kind: 'groups' }],
    [
      'a window that opens too late',
      run('waiting', `${waitsForWindow}, opens at 08:00`),
      {},
      'window, opens at 08:00',
      { kind: 'window' },
    ],
    [
      'the account',
      run('running'),
      { state: 'logged_out' as const, stateDetail: 'Link it again.' },
      "account 'school' is logged out: Link it again.",
      { kind: 'account', state: 'logged_out' },
    ],
  ])('waits for %s', (_what, current, account, waitsFor, waits) => {
    const progress = runProgress(current, facts(account))
    expect(progress.waitsFor).toBe(waitsFor)
    expect(progress.waits).toEqual(waits)
  })

  it('waits for the limit, whose end is known', () => {
    expect(runProgress(run('running'), facts({ slotsUsed: 40 }))).toMatchObject({
      waitsFor: "the account's limit of 40 a minute",
      waits: { kind: 'accountLimit', limit: 40 },
    })
  })

  it('waits for the window, whatever holds the account until then', () => {
    const reason = 'window, goes on at 08:00 (Africa/Nairobi)'
    const waiting = { ...run('waiting', reason), waitsUntil: new Date(now.getTime() + 3_600_000) }
    expect(runProgress(waiting, facts({ state: 'reconnecting' }))).toMatchObject({
      waitsFor: reason,
      waits: { kind: 'window', until: waiting.waitsUntil },
    })
    const people = { ...waiting, reason: `${waitsForPeople} until noon` }
    expect(runProgress(people, facts()).waits).toEqual({ kind: 'people', until: waiting.waitsUntil })
  })

  it('has no end in sight while it is paused, or its account is away', () => {
    expect(runProgress(run('paused'), facts(), etaOf(queue('paused')))).not.toHaveProperty('etaMs')
    const away = queue('running', { freeFromMs: null })
    expect(runProgress(run('running'), facts(), etaOf(away))).not.toHaveProperty('etaMs')
  })

  it('says how many messages the deadline comes before', () => {
    const { runs, ...rest } = queue('running')
    const deadlineMs = rest.nowMs + 5_500
    const late = { ...rest, runs: runs.map((one) => ({ ...one, deadlineMs })) }
    // The last moment before it is too late.
    expect(runProgress(run('running'), facts(), etaOf(late))).toMatchObject({
      etaMs: 5_500,
      unsentAtDeadline: 11,
    })
    expect(runProgress(run('running'), facts(), etaOf(queue('running')))).not.toHaveProperty(
      'unsentAtDeadline',
    )
  })

  it('waits for nothing when it is over', () => {
    const progress = runProgress(run('partial'), facts({ pausedReason: 'account paused' }))
    expect(progress).not.toHaveProperty('etaMs')
    expect(progress).not.toHaveProperty('waitsFor')
    expect(progress).not.toHaveProperty('ratePerMinute')
  })
})
