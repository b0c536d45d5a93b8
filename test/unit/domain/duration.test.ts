import { describe, expect, it } from 'vitest'
import { formatDuration, parseDuration } from '../../../src/domain/duration.js'

describe('parsing', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1w', 604_800_000],
    ['1.5h', 5_400_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', '15', '15 m', 'm', '-5m', '1h 30m', '15min', '1y', '5m!', 'PT1H'])(
    '%j is no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('showing', () => {
  it.each([
    [0, '0ms'],
    [-5, '0ms'],
    [250, '250ms'],
    [45_000, '45s'],
    [5_400_000, '1h30m'],
    [90_061_000, '1d1h'],
    [3_600_000, '1h'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('reads what it wrote', () => {
    for (const ms of [1_000, 61_000, 3_660_000, 90_000_000])
      expect(parseDuration(formatDuration(ms))).toBe(ms)
  })
})
