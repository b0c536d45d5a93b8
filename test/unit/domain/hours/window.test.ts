import { assert, constantFrom, integer, option, pre, property, subarray, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatOpening, sendingHours } from '../../../../src/domain/hours/sending-hours.js'
import { sendingWindow, weekdays, type SendingWindow } from '../../../../src/domain/hours/window.js'

const hours = (window: SendingWindow, zone: string, at: string) => {
  const { opensMs, closesMs } = sendingHours(window, zone, Date.parse(at))
  return [opensMs, closesMs].map((ms) => new Date(ms).toISOString().replace('.000Z', 'Z'))
}

const office: SendingWindow = { from: '08:00', to: '20:00' }
const night: SendingWindow = { from: '22:00', to: '06:00' }

describe('the hours of a window', () => {
  it.each([
    ['before it opens', '2026-11-24T04:59:59Z', '2026-11-24T05:00:00Z', '2026-11-24T17:00:00Z'],
    ['as it opens', '2026-11-24T05:00:00Z', '2026-11-24T05:00:00Z', '2026-11-24T17:00:00Z'],
    ['just before it closes', '2026-11-24T16:59:59.999Z', '2026-11-24T05:00:00Z', '2026-11-24T17:00:00Z'],
    ['as it closes', '2026-11-24T17:00:00Z', '2026-11-25T05:00:00Z', '2026-11-25T17:00:00Z'],
  ])('%s', (_when, at, opens, closes) => {
    expect(hours(office, 'Africa/Nairobi', at)).toEqual([opens, closes])
  })

  it.each([
    ['in the evening', '2026-11-24T23:00:00Z', '2026-11-24T22:00:00Z', '2026-11-25T06:00:00Z'],
    ['after midnight', '2026-11-25T05:59:00Z', '2026-11-24T22:00:00Z', '2026-11-25T06:00:00Z'],
    ['in the daytime', '2026-11-25T06:00:00Z', '2026-11-25T22:00:00Z', '2026-11-26T06:00:00Z'],
  ])('over midnight, %s', (_when, at, opens, closes) => {
    expect(hours(night, 'UTC', at)).toEqual([opens, closes])
  })

  it('open on some days: those on which they begin', () => {
    // 27 November 2026 is a Friday.
    const weekend: SendingWindow = { ...night, days: ['fr', 'sa'] }
    expect(hours(weekend, 'UTC', '2026-11-24T23:00:00Z')).toEqual([
      '2026-11-27T22:00:00Z',
      '2026-11-28T06:00:00Z',
    ])
    expect(hours(weekend, 'UTC', '2026-11-29T05:00:00Z')).toEqual([
      '2026-11-28T22:00:00Z',
      '2026-11-29T06:00:00Z',
    ])
    expect(hours(weekend, 'UTC', '2026-11-29T23:00:00Z')).toEqual([
      '2026-12-04T22:00:00Z',
      '2026-12-05T06:00:00Z',
    ])
  })

  it.each([
    [
      'opens in the gap: after it',
      { from: '02:30', to: '05:00' },
      '2026-03-29T01:00:00Z',
      '2026-03-29T03:00:00Z',
    ],
    [
      'closes in the gap: after it',
      { from: '01:00', to: '02:30' },
      '2026-03-29T00:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    ['is over the gap', { from: '01:00', to: '04:00' }, '2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'],
    [
      'is in the gap alone: the next day',
      { from: '02:10', to: '02:50' },
      '2026-03-30T00:10:00Z',
      '2026-03-30T00:50:00Z',
    ],
  ])('in Berlin in spring it %s', (_what, window, opens, closes) => {
    expect(hours(window, 'Europe/Berlin', '2026-03-29T00:00:00Z')).toEqual([opens, closes])
  })

  it.each([
    [
      'opens in the hour that comes twice: in the first',
      { from: '01:30', to: '03:00' },
      '2026-11-01T05:30:00Z',
      '2026-11-01T08:00:00Z',
    ],
    [
      'closes in it: in the first',
      { from: '00:30', to: '01:30' },
      '2026-11-01T04:30:00Z',
      '2026-11-01T05:30:00Z',
    ],
  ])('in New York in autumn it %s', (_what, window, opens, closes) => {
    expect(hours(window, 'America/New_York', '2026-11-01T04:00:00Z')).toEqual([opens, closes])
  })

  it('on a day that was left out there are none', () => {
    // Samoa had no 30 December 2011.
    expect(
      hours({ from: '09:00', to: '17:00', days: ['fr'] }, 'Pacific/Apia', '2011-12-30T00:00:00Z'),
    ).toEqual(['2012-01-05T19:00:00Z', '2012-01-06T03:00:00Z'])
  })

  it('are what the clock on the wall shows, at any time in any zone', () => {
    const time = tuple(integer({ min: 0, max: 23 }), integer({ min: 0, max: 59 })).map((both) =>
      both.map((value) => String(value).padStart(2, '0')).join(':'),
    )
    // Zones whose clocks stand still, where each wall time is one instant.
    const zone = constantFrom('UTC', 'Africa/Nairobi', 'Asia/Kathmandu', 'Asia/Tokyo')
    const days = option(subarray([...weekdays], { minLength: 1 }), { nil: undefined })
    const at = integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) })
    assert(
      property(time, time, days, zone, at, (from, to, days, zone, atMs) => {
        pre(from !== to)
        const window = sendingWindow.parse({ from, to, ...(days && { days }) })
        const { opensMs, closesMs } = sendingHours(window, zone, atMs)
        expect(closesMs).toBeGreaterThan(atMs)
        expect(clockOf(opensMs, zone)).toMatchObject({ time: from })
        expect(clockOf(closesMs, zone)).toMatchObject({ time: to })
        if (days) expect(days).toContain(clockOf(opensMs, zone).day)
        // No opening was passed over.
        const before = sendingHours(window, zone, Math.min(atMs, opensMs) - 1)
        expect(before.opensMs === opensMs || before.closesMs <= atMs).toBe(true)
      }),
    )
  })
})

function clockOf(ms: number, zone: string): { day: string; time: string } {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options }).format(ms)
  return {
    day: format({ weekday: 'short' }).slice(0, 2).toLowerCase(),
    time: format({ hour: '2-digit', minute: '2-digit' }),
  }
}

it('an opening is told with its day where it is not within a day', () => {
  const opensMs = Date.parse('2026-11-30T05:00:00Z')
  expect(formatOpening(opensMs, 'Africa/Nairobi', opensMs - 3_600_000)).toBe('08:00 (Africa/Nairobi)')
  expect(formatOpening(opensMs, 'Africa/Nairobi', opensMs - 86_400_000)).toBe(
    'Mon 30 Nov, 08:00 (Africa/Nairobi)',
  )
})

describe('a window as it is written', () => {
  it('has its days sorted, each once', () => {
    expect(sendingWindow.parse({ ...office, days: ['su', 'mo', 'su'] }).days).toEqual(['mo', 'su'])
  })

  it.each([
    ['no length', { from: '08:00', to: '08:00' }],
    ['a time that is none', { from: '08:00', to: '24:00' }],
    ['no day', { ...office, days: [] }],
  ])('is refused with %s', (_what, window) => {
    expect(sendingWindow.safeParse(window).success).toBe(false)
  })
})
