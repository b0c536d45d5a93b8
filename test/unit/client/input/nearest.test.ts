import { expect, test } from 'vitest'
import { nearestTo } from '../../../../src/client/input/issues.js'
import { parseReminderInput } from '../../../../src/client/input/schema/reminder.js'

const known = ['account', 'to', 'text', 'parts', 'ratePerMinute']

test('the nearest of those that are near enough is meant', () => {
  expect(nearestTo('txt', known)).toBe('text')
  expect(nearestTo('ratesPerMinute', known)).toBe('ratePerMinute')
  expect(nearestTo('unlike', known)).toBeUndefined()
})

test('a name of any length takes no more than some that could be meant', () => {
  const timed = (work: () => void): number => {
    const startedMs = performance.now()
    work()
    return performance.now() - startedMs
  }
  const some = timed(() => {
    for (let n = 0; n < 1_000; n++) nearestTo('ratesPerMinutes', known)
  })
  expect(timed(() => nearestTo('x'.repeat(3_000_000), known))).toBeLessThan(some)
})

test('who gives many names that do not exist is told of each, and what the first might be', () => {
  const names = Array.from({ length: 30 }, (_, n) => `text${n}`)
  const { issues } = parseReminderInput(Object.fromEntries(names.map((name) => [name, 1])))
  const unknown = issues.filter(({ expected }) => expected.startsWith('unknown field'))
  expect(unknown.map(({ field }) => field)).toEqual(names)
  expect(unknown.filter(({ expected }) => expected.includes("'text'"))).toHaveLength(20)
})
