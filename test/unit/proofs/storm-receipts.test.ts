import { expect, it } from 'vitest'
import { mostInAnyWindow } from '../../../proofs/shared/most-in-any-window.js'
import { resultOf, type Measured } from '../../../proofs/storm-receipts/report.js'

const good: Measured = {
  phones: 3,
  reminders: 2,
  ratePerMinute: 8,
  sentMs: [0, 1_000, 2_000, 61_000, 62_000],
  copiesMs: [0, 1_000, 61_000],
  phonesWithCopy: 3,
  read: 3,
  lateBeforeMs: [100, 300],
  lateMeanwhileMs: [200, 400],
  workerMb: 200,
}

it('a storm: good is what each phone read, within the limit', () => {
  expect(resultOf(good)).toMatchObject({
    mostInAMinute: 3,
    mostCopiesInAMinute: 2,
    lastedS: 61,
    problems: [],
    isGood: true,
  })
})

it.each([
  [{ read: 2 }, '2 of 3 phones read the message'],
  [{ phonesWithCopy: 2 }, '2 of 3 phones got a copy'],
  [{ copiesMs: [0, 1_000, 61_000, 62_000] }, '4 copies went out to 3 phones'],
  [{ copiesMs: [0, 1, 2] }, '3 copies went out in one minute'],
  [{ sentMs: Array.from({ length: 9 }, (_, at) => at) }, '9 messages went out in one minute'],
  [{ lateMeanwhileMs: [200] }, '1 of 2 reminders were sent while the storm lasted'],
])('a storm: %j is not', (change, problem) => {
  expect(resultOf({ ...good, ...change })).toMatchObject({ problems: [problem], isGood: false })
})

it('the most in any window counts both of its ends', () => {
  expect(mostInAnyWindow([0, 59_999, 60_000], 59_999)).toBe(2)
  expect(mostInAnyWindow([], 59_999)).toBe(0)
})
