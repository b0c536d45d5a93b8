import { describe, expect, it } from 'vitest'
import { msToWall, wallOf, wallToMs } from '../../../../src/domain/calendar/local-time.js'
import { offsetAt } from '../../../../src/domain/calendar/shifts.js'
import { isZone, stretchAt, zoneRulesVersion } from '../../../../src/domain/hours/zone-rules.js'
import { formatInZone } from '../../../../src/domain/hours/zone.js'

const day = 86_400_000
const zones = Intl.supportedValuesOf('timeZone')

/** Node's, in ms. */
function nodeOffsets(zone: string): (ms: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' })
  return (ms) => {
    const { sign, hours, minutes, seconds } =
      /GMT(?<sign>[+-])(?<hours>\d\d):(?<minutes>\d\d)(?::(?<seconds>\d\d))?$/.exec(format.format(ms))
        ?.groups ?? {}
    const found = Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
    return found === 0 ? 0 : found * (sign === '-' ? -1_000 : 1_000)
  }
}

describe('the rules of zones', () => {
  it('are those of Node for every zone from 1970 to 2025, where the law of both is the same', () => {
    expect(zones.length).toBeGreaterThan(400)
    const differing = zones.filter((zone) => {
      const nodeOffset = nodeOffsets(zone)
      // Other days and hours in each zone, so that all of them together see each time of the year.
      const phase = (zone.length * 7 + zone.charCodeAt(zone.length - 1)) * 3_600_000
      for (let ms = phase; ms < Date.UTC(2026, 0); ms += 23 * day)
        if (stretchAt(zone, ms).offsetMs !== nodeOffset(ms)) return true
      return false
    })
    expect(differing).toEqual([])
  }, 120_000)

  it('change at the very ms at which those of Node do', () => {
    for (const zone of [
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Asia/Gaza',
    ]) {
      const nodeOffset = nodeOffsets(zone)
      for (let { to } = stretchAt(zone, 0); to < Date.UTC(2026, 0); { to } = stretchAt(zone, to))
        for (const ms of [to - 1, to])
          expect(`${zone} ${ms} ${stretchAt(zone, ms).offsetMs}`).toBe(`${zone} ${ms} ${nodeOffset(ms)}`)
    }
  })

  it.each([
    ['America/Vancouver', '-07:00', '-07:00'],
    ['Africa/Casablanca', '+00:00', '+00:00'],
    ['America/Winnipeg', '-05:00', '-05:00'],
    ['America/Edmonton', '-06:00', '-06:00'],
    ['America/Havana', '-04:00', '-04:00'],
    ['Europe/Berlin', '+01:00', '+02:00'],
    ['Asia/Kathmandu', '+05:45', '+05:45'],
  ])('of %s are those of 2026f in January (%s) and July (%s) of 2027', (zone, january, july) => {
    expect(offsetAt('2027-01-15T12:00:00Z', zone)).toBe(january)
    expect(offsetAt('2027-07-15T12:00:00Z', zone)).toBe(july)
  })

  it('go on after 2037: a clock is put forward and back in 2050 as it is now', () => {
    const changes = (zone: string) => {
      const spring = stretchAt(zone, Date.UTC(2050, 0, 15)).to
      return [spring, stretchAt(zone, spring).to].map((ms) => new Date(ms).toISOString())
    }
    expect(changes('Europe/Berlin')).toEqual(['2050-03-27T01:00:00.000Z', '2050-10-30T01:00:00.000Z'])
    expect(changes('America/New_York')).toEqual(['2050-03-13T07:00:00.000Z', '2050-11-06T06:00:00.000Z'])
    expect(stretchAt('Africa/Nairobi', Date.UTC(2050, 0)).to).toBe(Infinity)
    expect(stretchAt('Europe/Berlin', Date.UTC(2099, 6)).offsetMs).toBe(7_200_000)
  })

  it('are found by every name that Node has, by links and in small letters, and Node has the rest', () => {
    expect(zones.filter((zone) => !isZone(zone))).toEqual([])
    for (const name of ['Asia/Calcutta', 'asia/kolkata', '+05:30'])
      expect(stretchAt(name, 0).offsetMs).toBe(19_800_000)
    expect(() => stretchAt('Mars/Olympus', 0)).toThrow(RangeError)
  })

  it('are of a version that has a year and a letter', () => {
    expect(zoneRulesVersion()).toMatch(/^\d{4}[a-z]+$/)
  })
})

it('a wall clock and an instant lead to one another in every zone and year', () => {
  for (const zone of zones)
    for (let ms = Date.UTC(2026, 0); ms < Date.UTC(2099, 0); ms += 1_003 * day) {
      const back = wallToMs(msToWall(ms, zone), zone)
      // The second of two that show the same leads to the first.
      if (back !== ms) expect(msToWall(back, zone).equals(msToWall(ms, zone))).toBe(true)
    }
})

it('what people read and what is sent goes by the same rules', () => {
  expect(formatInZone('2027-01-15T17:00:00Z', 'America/Vancouver')).toMatch(
    /15 Jan 2027, 10:00 \(America\/Vancouver\)$/,
  )
  expect(new Date(wallToMs(wallOf('2027-01-15T10:00'), 'America/Vancouver')).toISOString()).toBe(
    '2027-01-15T17:00:00.000Z',
  )
})
