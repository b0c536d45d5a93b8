import { expect, it } from 'vitest'
import { isKill, killKinds, planFaults, planReminders } from '../../../proofs/chaos/plan.js'
import { percentile } from '../../../proofs/shared/percentile.js'
import { seeded } from '../../../proofs/shared/random.js'

function firstOf<T>(count: number, plan: Generator<T, never, void>): T[] {
  return Array.from({ length: count }, () => plan.next().value)
}

it('draws the same faults and reminders from the same seed, and others from another', () => {
  const faults = (seed: number) => firstOf(200, planFaults(seed, 2_000))
  expect(faults(7)).toEqual(faults(7))
  expect(faults(7)).not.toEqual(faults(8))
  const reminders = (seed: number, account: number) =>
    firstOf(50, planReminders(seed, { account, groups: 6 }))
  expect(reminders(7, 0)).toEqual(reminders(7, 0))
  expect(reminders(7, 0).map(({ groups }) => groups)).not.toEqual(reminders(7, 1).map(({ groups }) => groups))
})

it('draws every kind of kill, about as often as asked, and rests in between', () => {
  const faults = firstOf(1_000, planFaults(1, 1_000))
  const kinds = new Set(faults.map(({ fault }) => fault.kind))
  expect(killKinds.filter((kind) => !kinds.has(kind))).toEqual([])
  const kills = faults.filter(({ fault }) => isKill(fault.kind)).length
  expect(kills).toBeGreaterThan(700)
  const spanMs = faults.reduce((sum, { afterMs }) => sum + afterMs, 0)
  expect(spanMs).toBeGreaterThan(900_000)
  expect(spanMs).toBeLessThan(1_100_000)
  expect(faults.flatMap(({ thenRest }, index) => (thenRest ? index + 1 : [])).slice(0, 3)).toEqual([
    15, 30, 45,
  ])
})

it('gives each reminder three to six groups of the account, each once', () => {
  for (const { groups } of firstOf(300, planReminders(3, { account: 1, groups: 6 }))) {
    expect(new Set(groups).size).toBe(groups.length)
    expect(groups.length).toBeGreaterThanOrEqual(3)
    expect(groups.every((group) => group >= 0 && group < 6)).toBe(true)
  }
})

it('draws evenly', () => {
  const random = seeded(42)
  const counts = Array.from({ length: 10 }, () => 0)
  for (let draw = 0; draw < 10_000; draw++) {
    const place = random.between(0, 9)
    counts[place] = (counts[place] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1_150)
})

it('tells the median and the largest', () => {
  expect(percentile([5, 1, 3], 0.5)).toBe(3)
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([5, 1, 3], 1)).toBe(5)
  expect(percentile([], 0.5)).toBeNull()
})
