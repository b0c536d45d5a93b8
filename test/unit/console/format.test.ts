import { describe, expect, test } from 'vitest'
import { createFormat } from '../../../console/src/text/format.js'

const [english, german] = [createFormat('en-GB'), createFormat('de')]
const berlin = 'Europe/Berlin'
const of = (local: string): Date => new Date(`${local}:00Z`)

describe('how far off it is', () => {
  // A Monday.
  const now = of('2026-11-30T19:00')

  test.each([
    ['2026-12-02T06:00', 'in 2 days', 'übermorgen'],
    ['2026-12-01T22:00', 'tomorrow', 'morgen'],
    ['2026-12-01T23:00', 'in 2 days', 'übermorgen'],
    ['2026-12-01T06:00', 'in 11 hours', 'in 11 Stunden'],
    ['2026-11-28T23:30', 'yesterday', 'gestern'],
    ['2026-11-28T22:30', '2 days ago', 'vorgestern'],
    ['2026-11-30T18:59', '1 minute ago', 'vor 1 Minute'],
    ['2026-10-16T19:00', '1 month ago', 'vor 1 Monat'],
    ['2027-01-14T19:00', 'in 1 month', 'in 1 Monat'],
    ['2027-02-28T19:00', 'in 3 months', 'in 3 Monaten'],
  ])('of %s it says “%s” and “%s”', (at, inEnglish, inGerman) => {
    expect(english.relative(of(at), now, berlin)).toBe(inEnglish)
    expect(german.relative(of(at), now, berlin)).toBe(inGerman)
  })

  test('a day is one of the zone that it is told in', () => {
    const at = of('2026-12-01T20:00')
    expect(english.relative(at, now, 'Asia/Tokyo')).toBe('tomorrow')
    expect(english.relative(at, of('2026-11-30T14:30'), 'Asia/Tokyo')).toBe('in 2 days')
    expect(english.relative(at, of('2026-11-30T14:30'), berlin)).toBe('tomorrow')
  })

  test('24 hours are no day where a day has 25', () => {
    expect(english.relative(of('2026-10-25T22:30'), of('2026-10-24T22:10'), berlin)).toBe('in 24 hours')
    expect(german.relative(of('2026-10-24T22:10'), of('2026-10-25T22:30'), berlin)).toBe('vor 24 Stunden')
  })
})
