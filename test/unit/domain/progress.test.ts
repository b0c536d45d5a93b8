import { describe, expect, it } from 'vitest'
import { measuredRate } from '../../../src/domain/progress.js'

describe('the measured rate', () => {
  it('is undefined while there is too little to tell', () => {
    expect(measuredRate({ sends: 2, spanMs: 10_000 })).toBeUndefined()
    expect(measuredRate({ sends: 40, spanMs: 500 })).toBeUndefined()
  })

  it('counts the intervals between sends', () => {
    expect(measuredRate({ sends: 11, spanMs: 20_000 })).toBe(30)
  })
})
