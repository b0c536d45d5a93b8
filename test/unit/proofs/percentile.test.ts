import { expect, it } from 'vitest'
import { median, percentile } from '../../../proofs/shared/percentile.js'

it('a percentile is a value that was seen; the median of two in the middle is their mean', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.99)).toBe(4)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([3, 1, 2])).toBe(2)
})

it('a percentile is that of the nearest rank, and leaves its values in their order', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect([0.5, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 99, 100])
  expect(hundred[0]).toBe(100)
  expect(percentile([7], 0.99)).toBe(7)
})

it('there is neither of nothing', () => {
  expect(percentile([], 0.5)).toBeNull()
  expect(median([])).toBeNaN()
})
