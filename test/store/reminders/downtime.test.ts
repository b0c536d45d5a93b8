import { describe, expect, test } from 'vitest'
import { overlapPolicies, type OverlapPolicy } from '../../../src/domain/definition.js'
import { baseMs, every, hour, minute, ownReminders, spell } from '../support/reminder-driver.js'

const own = ownReminders()

describe('after downtime', () => {
  const all = 2 * hour
  const some = 27 * minute
  // Every ten minutes; the system is back when they are 45, 35, 25, 15 and 5 minutes late.
  const cases: [number, OverlapPolicy, number, string][] = [
    [0, 'bufferOne', all, ''],
    [1, 'bufferOne', 0, 'm'],
    [1, 'bufferOne', some, 'c'],
    [1, 'skip', some, 'c'],
    [1, 'cancelOther', some, 'c'],
    ...overlapPolicies.map((overlap): [number, OverlapPolicy, number, string] => [5, overlap, 0, 'mmmmm']),
    [5, 'skip', some, 'mmcss'],
    [5, 'bufferOne', some, 'mmcsc'],
    [5, 'cancelOther', some, 'mmssc'],
    [5, 'skip', all, 'cssss'],
    [5, 'bufferOne', all, 'csssc'],
    [5, 'cancelOther', all, 'ssssc'],
  ]
  test.each(cases)(
    'over %i occurrences, %s, catch-up %i ms: %s',
    async (count, overlap, catchUpMs, letters) => {
      const driver = own.drive(`down-${count}-${overlap}-${catchUpMs}`, baseMs - minute)
      await driver.takeKey({ schedule: every(10), overlap, catchUpMs })
      await driver.passTo(baseMs)
      await driver.passTo(baseMs + (count * 10 + 5) * minute, false)
      await driver.look()
      await driver.passTo(baseMs + (count + 1) * 10 * minute)
      const rows = await driver.rows()
      expect(rows.map(({ state }) => state.slice(0, 1)).join('')).toBe(`c${letters}c`)
      expect(rows.map(({ scheduledAt }) => scheduledAt.getTime())).toEqual(
        rows.map((_, n) => baseMs + n * 10 * minute),
      )
      for (const { state, reason } of rows) if (state !== 'completed') expect(reason).toBeTruthy()
    },
  )

  test('the catch-up time itself is in time, a millisecond more is not', async () => {
    for (const [lateMs, state] of [
      [hour, 'completed'],
      [hour + 1, 'missed'],
    ] as const) {
      const driver = own.drive(`late-${lateMs}`, baseMs - minute)
      await driver.takeKey({ schedule: { kind: 'once', at: spell(baseMs), zone: 'UTC' }, catchUpMs: hour })
      await driver.passTo(baseMs + lateMs, false)
      await driver.look()
      expect((await driver.rows()).map((row) => row.state)).toEqual([state])
      expect(driver.situation?.state).toBe(state)
    }
  })
})
