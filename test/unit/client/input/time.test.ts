import { afterEach, describe, expect, it } from 'vitest'
import { parseTime } from '../../../../src/client/input/time.js'

// Each `now` is before a change of the zone's clock, and the weeks that follow are after it.
const before = {
  /** Back an hour on 1 November. */
  'America/New_York': '2026-10-20T14:30:15Z',
  /** Back an hour on 25 October. */
  'Europe/Berlin': '2026-10-20T08:30:15Z',
  /** Forward half an hour on 4 October. */
  'Australia/Lord_Howe': '2026-09-24T00:00:15Z',
  /** Forward an hour on 6 September. */
  'America/Santiago': '2026-09-01T14:30:15Z',
}
type Zone = keyof typeof before

const parse = (text: string, zone: Zone, now = before[zone]) => parseTime({ text, zone, now: new Date(now) })
const read = (text: string, zone: Zone, now?: string) => {
  const time = parse(text, zone, now)
  return time.kind === 'instant' ? time.at : time.expected
}

describe('a time in words', () => {
  it.each<[string, Zone, string]>([
    ['In 2 weeks at 09:00', 'America/New_York', '2026-11-03T14:00:00Z'],
    ['in 2 weeks at 09:00', 'Europe/Berlin', '2026-11-03T08:00:00Z'],
    ['in 2 weeks at 09:00', 'Australia/Lord_Howe', '2026-10-07T22:00:00Z'],
    ['in 2 weeks at 09:00', 'America/Santiago', '2026-09-15T12:00:00Z'],
    ['next month 09:00', 'America/New_York', '2026-11-20T14:00:00Z'],
    ['next month at 09:00', 'Europe/Berlin', '2026-11-20T08:00:00Z'],
    ['next month 09:00', 'Australia/Lord_Howe', '2026-10-23T22:00:00Z'],
    ['next month 09:00', 'America/Santiago', '2026-10-01T12:00:00Z'],
    ['in 20 weeks at 9am', 'America/New_York', '2027-03-09T14:00:00Z'],
    ['in 20 weeks at 9am', 'Europe/Berlin', '2027-03-09T08:00:00Z'],
    ['in 20 weeks at 9am', 'Australia/Lord_Howe', '2027-02-10T22:00:00Z'],
    ['in 20 weeks at 9am', 'America/Santiago', '2027-01-19T12:00:00Z'],
    ['2 weeks later 09:00', 'Europe/Berlin', '2026-11-03T08:00:00Z'],
    ['in a month at 9:00', 'Europe/Berlin', '2026-11-20T08:00:00Z'],
    ['next week 09:00', 'Europe/Berlin', '2026-10-27T08:00:00Z'],
    ['next year 09:00', 'America/New_York', '2027-10-20T13:00:00Z'],
    ['next friday 09:00', 'Europe/Berlin', '2026-10-30T08:00:00Z'],
    ['2 November 09:00', 'America/New_York', '2026-11-02T14:00:00Z'],
  ])('%s in %s is the clock time of that day across a change of clocks', (text, zone, at) => {
    expect(read(text, zone)).toBe(at)
  })

  it.each<[string, Zone, string]>([
    ['in 10 minutes', 'America/New_York', '2026-10-20T14:40:15Z'],
    ['in 3 hours', 'America/New_York', '2026-10-20T17:30:15Z'],
    // Across the change: 336 hours are two weeks of exact time, and the clock then shows another one.
    ['in 336 hours', 'America/New_York', '2026-11-03T14:30:15Z'],
    ['in 336 hours', 'Europe/Berlin', '2026-11-03T08:30:15Z'],
    ['in 336 hours', 'Australia/Lord_Howe', '2026-10-08T00:00:15Z'],
    ['in 336 hours', 'America/Santiago', '2026-09-15T14:30:15Z'],
    ['in 1 hour 30 minutes', 'Europe/Berlin', '2026-10-20T10:00:15Z'],
    ['3 hours from now', 'Europe/Berlin', '2026-10-20T11:30:15Z'],
    ['now', 'Europe/Berlin', '2026-10-20T08:30:15Z'],
  ])('%s in %s is exact time from now', (text, zone, at) => {
    expect(read(text, zone)).toBe(at)
  })

  // The clock of the machine jumps over 02:30 on these nights, the one in UTC does not.
  it.each([
    ['America/New_York', '2026-03-08'],
    ['Europe/Berlin', '2026-03-29'],
  ])('does not hang on the clock of the machine, in %s', (machine, day) => {
    process.env['TZ'] = machine
    const at = (text: string) => parseTime({ text, zone: 'UTC', now: new Date(`${day}T00:30:00Z`) })
    expect(at('in 3 hours')).toMatchObject({ at: `${day}T03:30:00Z` })
    expect(at('today 02:30')).toMatchObject({ at: `${day}T02:30:00Z` })
    expect(at('02:30')).toMatchObject({ at: `${day}T02:30:00Z` })
    // It is a Sunday, and the machine has another hour than the zone.
    expect(at('sunday 01:00')).toMatchObject({ at: `${day}T01:00:00Z` })
    expect(at('sunday 00:15')).toMatchObject({ at: expect.not.stringContaining(day) })
  })
  const { TZ } = process.env
  afterEach(() => {
    if (TZ === undefined) delete process.env['TZ']
    else process.env['TZ'] = TZ
  })

  it.each<[string, string]>([
    // 10:30 in Berlin.
    ['tonight at 12', '2026-10-20T22:00:00Z'],
    ['tonight at 12:30', '2026-10-20T22:30:00Z'],
    ['midnight tonight', '2026-10-20T22:00:00Z'],
    ['tonight at midnight', '2026-10-20T22:00:00Z'],
    ['tonight 12am', '2026-10-20T22:00:00Z'],
    ['tonight at 1am', '2026-10-20T23:00:00Z'],
    ['tonight at 8', '2026-10-20T18:00:00Z'],
    ['midnight', '2026-10-20T22:00:00Z'],
    ['at midnight', '2026-10-20T22:00:00Z'],
    ['12am', '2026-10-20T22:00:00Z'],
    ['12pm', '2026-10-20T10:00:00Z'],
    ['noon', '2026-10-20T10:00:00Z'],
    ['today 12pm', '2026-10-20T10:00:00Z'],
    ['tomorrow 12am', '2026-10-20T22:00:00Z'],
    ['tomorrow 12pm', '2026-10-21T10:00:00Z'],
    ['tomorrow at midnight', '2026-10-20T22:00:00Z'],
    ['09:00', '2026-10-21T07:00:00Z'],
    ['11:00', '2026-10-20T09:00:00Z'],
    ['tuesday 09:00', '2026-10-27T08:00:00Z'],
    ['tuesday 11:00', '2026-10-20T09:00:00Z'],
    ['monday 09:00', '2026-10-26T08:00:00Z'],
    ['sunday 09:00', '2026-10-25T08:00:00Z'],
    ['this friday 09:00', '2026-10-23T07:00:00Z'],
    ['tuesday 8:00 UTC', '2026-10-27T08:00:00Z'],
    ['1 October 09:00', '2027-10-01T07:00:00Z'],
    ['20 October 09:00', '2027-10-20T07:00:00Z'],
    ['1 July 09:00', '2027-07-01T07:00:00Z'],
    ['1 jan 09:00', '2027-01-01T08:00:00Z'],
    ['tomorrow 9:00 UTC', '2026-10-21T09:00:00Z'],
    ['9:00 UTC', '2026-10-20T09:00:00Z'],
    ['8:00 UTC', '2026-10-21T08:00:00Z'],
  ])('%s is the one to come', (text, at) => {
    expect(read(text, 'Europe/Berlin')).toBe(at)
  })

  it('tonight is still the same night after midnight', () => {
    const now = '2026-10-20T22:30:00Z'
    expect(read('tonight at 1am', 'Europe/Berlin', now)).toBe('2026-10-20T23:00:00Z')
    expect(read('tonight at 12', 'Europe/Berlin', now)).toBe('2026-10-21T22:00:00Z')
  })

  it.each([
    ['last friday', 'past by its words'],
    ['last friday 09:00', 'past by its words'],
    ['last fri at 9am', 'past by its words'],
    ['past monday 09:00', 'past by its words'],
    ['last week 09:00', 'past by its words'],
    ['last night at 11pm', 'past by its words'],
    ['yesterday', 'past by its words'],
    ['yesterday 09:00', 'past by its words'],
    ['2 hours ago', 'past by its words'],
    ['today at midnight', '2026-10-20T00:00, which is past'],
    ['today 12am', '2026-10-20T00:00, which is past'],
    ['today 09:00', '2026-10-20T09:00, which is past'],
    ['this morning at 9:00', '2026-10-20T09:00, which is past'],
    ['3 hours earlier', 'which is past'],
  ])('%s is refused: it is past', (text, reason) => {
    expect(parse(text, 'Europe/Berlin')).toEqual({
      kind: 'invalid',
      expected: expect.stringContaining(reason),
    })
  })

  it('that names its year may be past, as a start may', () => {
    expect(read('1 October 2026 09:00', 'Europe/Berlin')).toBe('2026-10-01T07:00:00Z')
    expect(read('1.10.2026 09:00', 'Europe/Berlin')).toBe('2026-10-01T07:00:00Z')
  })

  it('keeps the clock time that was written where clocks jump over it', () => {
    const time = parse('28 March 2027 02:30', 'Europe/Berlin')
    expect(time).toEqual({ kind: 'instant', at: '2027-03-28T01:00:00Z', wall: '2027-03-28T02:30:00' })
  })
})

describe('a date in numbers', () => {
  it.each([
    ['12/11 09:00', 'write "12 Nov", or "11 Dec"'],
    ['09:00 12/11', 'write "12 Nov", or "11 Dec"'],
    ['11/12/2026 09:00', 'write 2026-12-11 or "11 Dec 2026", or 2026-11-12 or "12 Nov 2026"'],
    ['12-11-2026 09:00', 'write 2026-11-12 or "12 Nov 2026", or 2026-12-11 or "11 Dec 2026"'],
    ['12-11 09:00', 'write it like 2026-11-12 or "12 Nov"'],
    ['26/11/12 09:00', 'write it like 2026-11-12 or "12 Nov"'],
    ['12pm tonight', 'write "noon" or "midnight tonight"'],
    ['10.11', 'write 10:11, or "10 Nov"'],
    ['tomorrow 10.11', 'write 10:11, or "10 Nov"'],
  ])('%s is refused with how to write it', (text, how) => {
    expect(parse(text, 'Europe/Berlin')).toEqual({ kind: 'invalid', expected: expect.stringContaining(how) })
  })

  it.each([
    ['25/12/2026 09:00', '2026-12-25T08:00:00Z'],
    ['12/25/2026 09:00', '2026-12-25T08:00:00Z'],
    ['25-12-2026 09:00', '2026-12-25T08:00:00Z'],
    ['25/12 09:00', '2026-12-25T08:00:00Z'],
    ['11/11/2026 09:00', '2026-11-11T08:00:00Z'],
    ['12.11.2026 09:00', '2026-11-12T08:00:00Z'],
    ['09:00 12.11.2026', '2026-11-12T08:00:00Z'],
    ['12.11.26 9am', '2026-11-12T08:00:00Z'],
    ['12.11. 09:00', '2026-11-12T08:00:00Z'],
    ['12.11 09:00', '2026-11-12T08:00:00Z'],
    ['5.1. 9:00', '2027-01-05T08:00:00Z'],
    ['on 12.11.2026 at 09:00', '2026-11-12T08:00:00Z'],
    ['24.12 18.00', '2026-12-24T17:00:00Z'],
    ['2026/12/11 09:00', '2026-12-11T08:00:00Z'],
    ['2026-12-11 9am', '2026-12-11T08:00:00Z'],
    ['tomorrow 9.30', '2026-10-21T07:30:00Z'],
    ['tomorrow 9.05am', '2026-10-21T07:05:00Z'],
    ['in 1.5 hours', '2026-10-20T10:00:15Z'],
  ])('%s is read as it is written', (text, at) => {
    expect(read(text, 'Europe/Berlin')).toBe(at)
  })

  it.each([
    '31/02/2027 09:00',
    '30.2.2027 09:00',
    '2027-02-30 9am',
    '30 February 2027 09:00',
    '45/13/2026 09:00',
  ])('%s is refused: there is no such date', (text) => {
    expect(parse(text, 'Europe/Berlin').kind).toBe('invalid')
  })
})
