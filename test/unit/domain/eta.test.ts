import { describe, expect, it } from 'vitest'
import { estimateEtas, type QueuedRun, type QueueFacts } from '../../../src/domain/eta.js'
import { dayWindowMs, rateWindowMs, slotQueue, type LimitUse } from '../../../src/domain/rate-window.js'

const now = '2026-11-24T18:00:00Z'
const nowMs = Date.parse(now)
const second = 1_000
const minute = 60 * second
const hour = 60 * minute

const run = (id: string, remainingSends: number, rest: Partial<QueuedRun> = {}): QueuedRun => ({
  id,
  state: 'waiting',
  remainingSends,
  priority: 5,
  scheduledAt: now,
  deadlineMs: null,
  window: null,
  zone: 'UTC',
  reminder: id,
  ownLimit: null,
  ...rest,
})

const unused = (limit: number): LimitUse => ({ limit, slotsUsed: 0, oldestSlotsMs: [] })
const used = (limit: number, oldestSlotsMs: number[]): LimitUse => ({
  limit,
  slotsUsed: oldestSlotsMs.length,
  oldestSlotsMs,
})

/** The first run holds the lock; the limit is out of reach and a send takes a second. */
const account = (runs: QueuedRun[], rest: Partial<QueueFacts> = {}): QueueFacts => ({
  nowMs,
  holder: runs[0]?.id ?? null,
  runs,
  freeFromMs: nowMs,
  minute: unused(10_000),
  day: null,
  gapMs: second,
  inFlight: 0,
  lastAckMs: null,
  ...rest,
})

const estimateEta = (facts: QueueFacts, id: string) => estimateEtas(facts).get(id)

/** Seconds from now. */
const endOf = (id: string, facts: QueueFacts) => {
  const eta = estimateEta(facts, id)
  return eta && (eta.finishesAtMs - nowMs) / second
}

describe('the end of a run', () => {
  it('is now when nothing is left', () => {
    expect(endOf('a', account([run('a', 0)], { gapMs: null }))).toBe(0)
  })

  it('follows the measured pace below the limit', () => {
    expect(endOf('a', account([run('a', 20)]))).toBe(20)
  })

  it('is unknown before anything is measured, while the limit leaves room for everything', () => {
    expect(endOf('a', account([run('a', 30)], { gapMs: null }))).toBeUndefined()
  })

  it('is known to the limit before anything is measured', () => {
    const facts = account([run('a', 81)], { gapMs: null, minute: unused(40) })
    expect(endOf('a', facts)).toBe(2 * 60.5)
  })

  it('is not fooled by a burst that has used up the limit', () => {
    // 40 went out in 4 s, 10 s ago: the others follow as those become free, in a burst again.
    const oldestSlotsMs = Array.from({ length: 40 }, (_, index) => nowMs - 14_000 + 100 * index)
    const burst = { minute: used(40, oldestSlotsMs), gapMs: 100 }
    expect(endOf('a', account([run('a', 8)], burst))).toBeCloseTo(46.5 + 0.8, 5)
    expect(endOf('a', account([run('a', 48)], burst))).toBeCloseTo(46.5 + 60.5 + 0.9, 5)
  })

  it('counts from the last acknowledgement, and from now where the next one is overdue', () => {
    const slow = { gapMs: 10 * second }
    expect(endOf('a', account([run('a', 3)], { ...slow, lastAckMs: nowMs - 9 * second }))).toBe(21)
    expect(endOf('a', account([run('a', 3)], { ...slow, lastAckMs: nowMs - 60 * second }))).toBe(20)
  })

  it('needs no second slot for what is on the wire', () => {
    const oldestSlotsMs = Array.from({ length: 6 }, () => nowMs)
    const full = { minute: used(6, oldestSlotsMs), gapMs: 100 }
    expect(endOf('a', account([run('a', 9)], { ...full, inFlight: 3 }))).toBeCloseTo(60.5 + 0.6, 5)
    expect(endOf('a', account([run('a', 3)], { ...full, inFlight: 3 }))).toBeCloseTo(0.3, 5)
  })

  it('does not come before the end of a restriction', () => {
    expect(endOf('a', account([run('a', 20)], { freeFromMs: nowMs + hour }))).toBe(3_620)
    expect(endOf('a', account([run('a', 20)], { freeFromMs: null }))).toBeUndefined()
  })

  it('is unknown while it is paused or being prepared, or is none of the account', () => {
    expect(endOf('a', account([run('a', 20, { state: 'paused' })]))).toBeUndefined()
    expect(endOf('a', account([run('a', 20, { state: 'preparing' })]))).toBeUndefined()
    expect(endOf('b', account([run('a', 20)]))).toBeUndefined()
  })
})

describe('the queue in front', () => {
  it('is the holder, and those that are granted the lock before', () => {
    const runs = [
      run('holder', 100),
      run('own', 10),
      run('urgent', 20, { priority: 9 }),
      run('earlier', 30, { scheduledAt: '2026-11-24T17:59:00Z' }),
      run('later', 40, { scheduledAt: '2026-11-24T18:01:00Z' }),
      run('same', 50),
    ]
    expect(endOf('own', account(runs))).toBe(100 + 20 + 30 + 10)
    expect(endOf('same', account(runs))).toBe(100 + 20 + 30 + 10 + 50)
    // The lock is not taken from who holds it.
    expect(endOf('holder', account(runs))).toBe(100)
  })

  it('is without those that are paused, also where they had the lock', () => {
    const runs = [run('holder', 100, { state: 'paused' }), run('own', 10)]
    expect(endOf('own', account(runs))).toBe(10)
  })

  it('uses up the limit too', () => {
    const runs = [run('holder', 40), run('own', 40)]
    expect(endOf('own', account(runs, { minute: unused(40), gapMs: 100 }))).toBeCloseTo(64.5 + 0.1, 5)
  })

  it('is over when its deadline is', () => {
    const runs = [run('holder', 1_000, { deadlineMs: nowMs + 60_500 }), run('own', 10)]
    expect(endOf('own', account(runs))).toBe(70)
  })

  it('gives way when its window closes, and when it is back waits like everybody else', () => {
    const window = { from: '08:00', to: '18:01' }
    const runs = [run('holder', 100, { window }), run('own', 10)]
    expect(endOf('own', account(runs))).toBe(60 - 0.5 + 10)
    // 60 s less the last moment: 59 sends; the others tomorrow.
    expect(endOf('holder', account(runs))).toBe((14 * hour) / second + 41)
  })
})

describe("a reminder's own limit", () => {
  it('holds it where that is lower', () => {
    expect(endOf('a', account([run('a', 25, { ownLimit: unused(10) })]))).toBe(2 * (60.5 + 1) + 5)
    expect(endOf('a', account([run('a', 25, { ownLimit: unused(100) })], { minute: unused(10) }))).toBe(
      2 * (60.5 + 1) + 5,
    )
  })

  it('is counted with what is taken of it already', () => {
    const ownLimit = used(3, [nowMs - 50 * second, nowMs - 20 * second])
    // One is free, then the two that were taken come round.
    expect(endOf('a', account([run('a', 3, { ownLimit })]))).toBe(60.5 - 20 + 1)
  })

  it('is no limit of the next in the queue, who waits until it is done', () => {
    const runs = [run('slow', 11, { ownLimit: unused(10) }), run('own', 5)]
    expect(endOf('own', account(runs))).toBe(60.5 + 1 + 1 + 5)
  })

  it('is shared by the runs of a reminder, also where a later one has another', () => {
    const reminder = 'shared'
    const runs = [
      run('a', 10, { reminder, ownLimit: unused(10) }),
      run('b', 1, { reminder, ownLimit: unused(10) }),
    ]
    expect(endOf('b', account(runs))).toBe(60.5 + 1 + 1)
    runs[1] = run('b', 1, { reminder, ownLimit: unused(11) })
    expect(endOf('b', account(runs))).toBe(11)
  })
})

describe('a daily cap', () => {
  const daySeconds = dayWindowMs / second

  it('counts any 24 hours', () => {
    expect(endOf('a', account([run('a', 25)], { day: unused(20) }))).toBe(daySeconds + 1 + 5)
  })

  it('is counted with what was sent yesterday', () => {
    const day = used(
      20,
      Array.from({ length: 20 }, (_, index) => nowMs - 20 * hour + index * minute),
    )
    expect(endOf('a', account([run('a', 3)], { day }))).toBe((4 * hour + 2 * minute + 500) / second + 1)
  })

  it('leaves unsent what it holds beyond the deadline', () => {
    const facts = account([run('a', 25, { deadlineMs: nowMs + 12 * hour })], { day: unused(20) })
    expect(estimateEta(facts, 'a')).toEqual({ finishesAtMs: nowMs + 12 * hour, unsent: 5 })
  })

  it('holds those behind in the queue as well', () => {
    const facts = account([run('a', 15), run('b', 10)], { day: unused(20) })
    expect(endOf('b', facts)).toBe(daySeconds + 1 + 5)
  })
})

describe('a window', () => {
  const window = { from: '08:00', to: '20:00' }

  it('that is open long enough changes nothing', () => {
    expect(endOf('a', account([run('a', 20, { window })]))).toBe(20)
  })

  it('that is closed begins it when it opens', () => {
    const runs = [run('a', 20, { window, zone: 'Asia/Tokyo' })]
    // 03:00 in Tokyo.
    expect(endOf('a', account(runs, { holder: null }))).toBe((5 * hour) / second + 20)
    expect(endOf('a', account(runs, { holder: null, gapMs: null }))).toBe((5 * hour) / second)
  })

  it('is asked for whole milliseconds, which the database does not give', () => {
    const facts = account([run('a', 20, { window })], { nowMs: nowMs + 0.25, freeFromMs: nowMs + 0.25 })
    expect(endOf('a', facts)).toBe(20)
  })

  it('that has closed takes the lock from who holds it still', () => {
    const closed = run('a', 20, { window: { from: '08:00', to: '18:00' } })
    const runs = [closed, run('b', 10)]
    expect(endOf('a', account(runs))).toBe((14 * hour) / second + 20)
    expect(endOf('b', account(runs))).toBe(10)
    // Nor is it kept over a restriction in which it closes.
    const closing = run('a', 20, { window: { from: '08:00', to: '18:30' } })
    expect(endOf('a', account([closing], { freeFromMs: nowMs + hour }))).toBe((14 * hour) / second + 20)
  })

  it('that closes in the middle splits it, as often as it takes', () => {
    // An hour is 3,599 sends of a second: none is begun in its last half second, and the last would end after it.
    const hourly = { from: '18:00', to: '19:00' }
    const facts = account([run('a', 3 * 3_599 + 7, { window: hourly })])
    expect(endOf('a', facts)).toBe((3 * 24 * hour) / second + 7)
  })

  it('keeps the limit waiting, and is not kept open by it', () => {
    const oldestSlotsMs = Array.from({ length: 40 }, () => nowMs)
    const burst = { minute: used(40, oldestSlotsMs), gapMs: 100 }
    const closing = { from: '08:00', to: '18:01' }
    // The limit is free again at 18:01:00.5.
    expect(endOf('a', account([run('a', 5, { window: closing })], burst))).toBeCloseTo(
      (14 * hour) / second + 0.5,
    )
  })
})

describe('a deadline', () => {
  it('ends it, and says how much is unsent then', () => {
    const facts = account([run('a', 100, { deadlineMs: nowMs + minute })])
    expect(estimateEta(facts, 'a')).toEqual({ finishesAtMs: nowMs + minute, unsent: 41 })
  })

  it('before the next opening leaves everything unsent', () => {
    const window = { from: '08:00', to: '17:00' }
    const facts = account([run('a', 100, { window, deadlineMs: nowMs + hour })], { holder: null })
    expect(estimateEta(facts, 'a')).toEqual({ finishesAtMs: nowMs + hour, unsent: 100 })
  })
})

describe('the slots of a limit', () => {
  it('are free as soon as those in front of them have come round', () => {
    const slots = slotQueue(used(3, [nowMs]), rateWindowMs)
    expect(slots.nextFreeMs()).toBe(-Infinity)
    slots.take(nowMs + 1_000)
    slots.take(nowMs + 2_000)
    expect(slots.nextFreeMs()).toBe(nowMs + 60_500)
    slots.take(nowMs + 60_500)
    expect(slots.nextFreeMs()).toBe(nowMs + 61_500)
  })

  it('of a limit that was lowered are free when enough of the old ones have', () => {
    const oldestSlotsMs = [0, 1_000, 2_000, 3_000].map((ms) => nowMs - 10_000 + ms)
    const slots = slotQueue(used(2, oldestSlotsMs), rateWindowMs)
    expect(slots.nextFreeMs()).toBe(nowMs - 8_000 + 60_500)
  })
})
