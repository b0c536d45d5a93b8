import { expect, it } from 'vitest'
import { median, percentile } from '../../../proofs/shared/percentile.js'

it('a percentile is a value that was seen; the median of two in the middle is their mean', () => {
  expect(percentile([4, 1, 3, 2], 0.5)).toBe(2)
  expect(percentile([4, 1, 3, 2], 0.99)).toBe(4)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([3, 1, 2])).toBe(2)
})

it('there is neither of nothing', () => {
  expect(percentile([], 0.5)).toBeNull()
  expect(median([])).toBeNaN()
})
