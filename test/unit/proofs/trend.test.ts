import { expect, it } from 'vitest'
import type { Sample } from '../../../proofs/soak/samples.js'
import { trendsOf } from '../../../proofs/soak/trend.js'

/** One value of a metric in each of thirty samples. */
function samplesOf(metric: string, valueAt: (index: number) => number): Sample[] {
  return Array.from({ length: 30 }, (_, index) => ({
    atMs: index * 10_000,
    values: { [metric]: valueAt(index) },
  }))
}
const trendOf = (metric: string, valueAt: (index: number) => number) => {
  const [trend] = trendsOf(samplesOf(metric, valueAt))
  if (!trend) throw new Error('there is no trend')
  return trend
}

it('takes for flat what grows while it warms up, and wobbles later', () => {
  const warmUp = (index: number) => (index < 10 ? 20 + 3 * index : 50 + (index % 3))
  expect(trendOf('worker-1: heap MB', warmUp)).toMatchObject({ middle: 51, last: 51, ratio: 1, isGood: true })
})

it('finds a heap that grows by a tenth in a third of the time', () => {
  expect(trendOf('worker-1: heap MB', (index) => 50 + 0.5 * index)).toMatchObject({ isGood: false })
  expect(trendOf('worker-1: RSS MB', (index) => 300 + 4 * index)).toMatchObject({ isGood: false })
  expect(trendOf('worker-1: RSS MB', (index) => 300 + index)).toMatchObject({ isGood: true })
})

it('finds handles, files, connections and workflows that are never given back', () => {
  for (const metric of [
    'worker-1: handles',
    'worker-1: open files',
    'Postgres: connections',
    'Temporal: open workflows',
  ]) {
    expect(trendOf(metric, (index) => 10 + 2 * index)).toMatchObject({ isGood: false })
    expect(trendOf(metric, (index) => 10 + (index % 5))).toMatchObject({ isGood: true })
  }
})

it('finds reminders that cost more and more events', () => {
  expect(trendOf('Temporal: events for each target', (index) => 35 + index / 2)).toMatchObject({
    isGood: false,
  })
  expect(trendOf('Temporal: events for each target', () => 35.75)).toMatchObject({ isGood: true })
})

it('lets an endless workflow grow to the size at which it goes on as new, and no further', () => {
  expect(trendOf('Temporal: longest open history', (index) => 170 * index)).toMatchObject({ isGood: true })
  expect(trendOf('Temporal: longest open history', (index) => 200 * index)).toMatchObject({ isGood: false })
})

it('does not judge what it has not seen', () => {
  expect(() => trendsOf(samplesOf('worker-1: heap MB', () => 1).slice(0, 8))).toThrow('8 samples are too few')
  expect(() => trendsOf(samplesOf('worker-1: goats', () => 1))).toThrow("no rule for 'worker-1: goats'")
  const stopped = samplesOf('Temporal: events for each target', () => 35).map((sample, index) =>
    index < 20 ? sample : { ...sample, values: {} },
  )
  expect(trendsOf(stopped)).toMatchObject([{ isGood: false }])
})
