import { describe, expect, it } from 'vitest'
import { formatInstant, formatInZone, isZone, localToInstant } from '../../../../src/domain/hours/zone.js'

const at = (local: string, zone: string) => formatInstant(localToInstant(local, zone))

describe('a wall clock in a zone', () => {
  it.each([
    ['2026-11-24T09:00', 'Africa/Nairobi', '2026-11-24T06:00:00Z'],
    ['2026-11-24T09:00:30', 'UTC', '2026-11-24T09:00:30Z'],
    ['2026-07-01T09:00', 'Asia/Kathmandu', '2026-07-01T03:15:00Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(at(local, zone)).toBe(instant)
  })

  it.each([
    // 02:00 → 03:00
    ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:00:00Z'],
    ['2026-03-29T02:59:59', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    // half an hour only: 02:00 → 02:30
    ['2026-10-04T02:15', 'Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    // The clock goes back for Ramadan and forward after it: 2026-03-22 02:00 → 03:00
    ['2026-03-22T02:30', 'Africa/Casablanca', '2026-03-22T02:00:00Z'],
  ])('%s does not exist in %s: the first instant after the gap', (local, zone, instant) => {
    expect(at(local, zone)).toBe(instant)
  })

  it.each([
    // 02:00 → 01:00
    ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
    // 02:00 → 01:30
    ['2026-04-05T01:45', 'Australia/Lord_Howe', '2026-04-04T14:45:00Z'],
    // 03:00 → 02:00
    ['2026-02-15T02:30', 'Africa/Casablanca', '2026-02-15T01:30:00Z'],
  ])('%s exists twice in %s: the first of them', (local, zone, instant) => {
    expect(at(local, zone)).toBe(instant)
  })

  it('the first moment of a gap is the first instant after it too', () => {
    expect(at('2026-03-08T02:00', 'America/New_York')).toBe('2026-03-08T07:00:00Z')
  })

  it('refuses a date that is not in the calendar', () => {
    expect(() => localToInstant('2026-02-30T09:00', 'UTC')).toThrow(RangeError)
  })
})

it('tells zones from other words', () => {
  expect(['Africa/Nairobi', 'UTC', 'America/New_York'].map(isZone)).toEqual([true, true, true])
  expect(['Nairobi', 'Mars/Olympus', ''].map(isZone)).toEqual([false, false, false])
})

it('shows an instant by the wall clock of the zone', () => {
  expect(formatInZone('2026-11-24T06:00:00Z', 'Africa/Nairobi')).toMatch(
    /24 Nov 2026.*09:00 \(Africa\/Nairobi\)$/,
  )
})
