import { describe, expect, it } from 'vitest'
import { parseCron } from '../../../../src/domain/calendar/rules/cron.js'
import { occurrencesAfter } from '../../../../src/domain/calendar/occurrences.js'
import { parseRrule } from '../../../../src/domain/calendar/rules/rrule-parts.js'
import { parseRecurrence } from '../../../../src/domain/calendar/text.js'

const defaults = { zone: 'Africa/Nairobi', start: '2026-11-24T09:00' }

const messagesOf = (text: string) => {
  const reading = parseRecurrence(text, defaults)
  return reading.kind === 'invalid' ? reading.issues.map(({ message }) => message) : []
}

describe('a recurrence as people have it', () => {
  it('is read out of calendar lines', () => {
    const text = [
      'DTSTART;TZID="Europe/Berlin":20261124T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=TU,',
      ' TH;COUNT=6',
      'EXDATE;TZID=Europe/Berlin:20261126T090000,20261201T090000',
      // 10:00 in Berlin
      'EXDATE:20261203T080000Z',
      'RDATE;TZID=Africa/Nairobi:20261224T200000',
    ].join('\r\n')
    expect(parseRecurrence(text, defaults)).toEqual({
      kind: 'read',
      value: {
        kind: 'recurring',
        zone: 'Europe/Berlin',
        start: '2026-11-24T09:00:00',
        rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6' },
        exdates: ['2026-11-26T09:00:00', '2026-12-01T09:00:00', '2026-12-03T09:00:00'],
        rdates: ['2026-12-24T18:00:00'],
      },
      warnings: [],
    })
  })

  it.each([
    ['FREQ=DAILY', { zone: 'Africa/Nairobi', start: '2026-11-24T09:00:00' }],
    ['RRULE:FREQ=DAILY', { zone: 'Africa/Nairobi', start: '2026-11-24T09:00:00' }],
    ['DTSTART:20261124T080000\nRRULE:FREQ=DAILY', { zone: 'Africa/Nairobi', start: '2026-11-24T08:00:00' }],
    ['DTSTART:20261124T080000Z\nRRULE:FREQ=DAILY', { zone: 'UTC', start: '2026-11-24T08:00:00' }],
    ['@daily', { rule: { kind: 'cron', cron: '0 0 * * *' } }],
  ])('%j', (text, expected) => {
    expect(parseRecurrence(text, defaults)).toMatchObject({ kind: 'read', value: expected })
  })

  it('tells what is perhaps not meant', () => {
    const text = 'DTSTART:20261124T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE:20261201T090000'
    expect(parseRecurrence(text, defaults)).toMatchObject({
      warnings: [
        'there is nothing to leave out at 2026-12-01T09:00:00',
        'DTSTART, 2026-11-24T09:00:00, does not match the rule, so nothing is sent then',
      ],
    })
  })

  it.each([
    ['DTSTART:20261124T090000', ['RRULE: missing: expected one, such as RRULE:FREQ=WEEKLY;BYDAY=MO']],
    ['RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY', ["RRULE: expected once, got it again as 'FREQ=WEEKLY'"]],
    [
      'DTSTART;TZID=Eastern Standard Time:20261124T090000\nRRULE:FREQ=DAILY',
      ["DTSTART: expected an IANA time zone such as Africa/Nairobi as TZID, got 'Eastern Standard Time'"],
    ],
    [
      'DTSTART;VALUE=DATE:20261124\nRRULE:FREQ=DAILY',
      [
        'DTSTART: expected times such as 20261124T090000, got VALUE=DATE',
        "DTSTART: expected a time such as 20261124T090000, got '20261124'",
      ],
    ],
    [
      'RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY',
      ['EXRULE: not supported (RFC 5545 removed it): expected EXDATE lines'],
    ],
    [
      'RRULE:FREQ=DAILY\nSUMMARY:Standup',
      ["line: expected DTSTART, RRULE, EXDATE or RDATE, then a colon and the value, got 'SUMMARY:Standup'"],
    ],
    ['0 0 30 2 *', ['never occurs: expected an occurrence between 2026-11-24T09:00:00 and the end of 2099']],
  ])('refuses %j', (text, messages) => {
    expect(messagesOf(text)).toEqual(messages)
  })

  it('takes a start that is left out for meant: it is how the RFC writes one that is no occurrence', () => {
    const text = 'DTSTART:20261124T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE:20261124T090000'
    expect(parseRecurrence(text, defaults)).toMatchObject({ kind: 'read', warnings: [] })
  })

  it('needs a start', () => {
    expect(parseRecurrence('FREQ=DAILY', { zone: 'UTC' })).toEqual({
      kind: 'invalid',
      issues: [{ path: ['start'], message: 'missing: expected a DTSTART line, or a start beside the rule' }],
    })
  })
})

describe('a rule', () => {
  it.each([
    [
      'FREQ=SECONDLY',
      "FREQ: expected MINUTELY or slower, got 'SECONDLY': nothing repeats more than once a minute",
    ],
    [
      'FREQ=MINUTELY;BYSECOND=0,30',
      'BYSECOND: expected one second, got several: nothing repeats more than once a minute',
    ],
    ['FREQ=OFTEN', "FREQ: expected one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, got 'OFTEN'"],
    ['INTERVAL=2', 'FREQ: missing: expected one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY'],
    ['FREQ=DAILY;INTERVAL=0', "INTERVAL: expected a whole number from 1 to 1000000, got '0'"],
    ['FREQ=DAILY;BYHOUR=24', "BYHOUR: expected whole numbers from 0 to 23, got '24'"],
    ['FREQ=MONTHLY;BYMONTHDAY=0', "BYMONTHDAY: expected whole numbers from 1 to 31 or -31 to -1, got '0'"],
    [
      'FREQ=DAILY;UNTIL=20261301',
      "UNTIL: expected a time such as 20261231T080000Z, up to 2099, got '20261301'",
    ],
    ['FREQ=DAILY;COUNT=3;UNTIL=20261201', 'COUNT: expected either COUNT or UNTIL, got both'],
    ['FREQ=DAILY;FREQ=WEEKLY', "FREQ: expected once, got it again as 'WEEKLY'"],
    ['FREQ=DAILY;COUNT', "COUNT: expected COUNT=value, got 'COUNT'"],
    [
      'FREQ=WEEKLY;BYDAY=1MO',
      'BYDAY: expected weekdays without a number (1MO, -1FR) unless FREQ is MONTHLY or YEARLY',
    ],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS: expected another BY… part beside it, to choose from'],
    ['FREQ=YEARLY;BYYEARDAY=100;BYDAY=MO', 'BYYEARDAY: BYDAY beside it is not supported in a yearly rule'],
    ['FREQ=YEARLY;RSCALE=HEBREW', 'RSCALE: calendars other than the Gregorian are not supported'],
  ])('is refused: %s', (text, message) => {
    expect(parseRrule(text)).toEqual({ kind: 'invalid', messages: [message] })
  })
})

describe('cron', () => {
  const read = (text: string) => {
    const reading = parseCron(text)
    if (reading.kind === 'invalid') throw new Error(reading.messages.join('; '))
    return reading.value
  }

  it('reads names, ranges, steps, lists and macros', () => {
    expect(read('*/20 9-11 1,15 jan-mar/2 *')).toEqual({
      minutes: [0, 20, 40],
      hours: [9, 10, 11],
      monthDays: [1, 15],
      months: [1, 3],
      eitherDay: false,
    })
    expect(read('5/30 0 * * sat-sun')).toMatchObject({ minutes: [5, 35], weekDays: ['SA', 'SU'] })
    expect(read('0 0 * * 5-7').weekDays).toEqual(['FR', 'SA', 'SU'])
    expect(read('0 0 * * 0').weekDays).toEqual(['SU'])
    expect(read('0 0 * * 7').weekDays).toEqual(['SU'])
    expect(read('0 0 * * SUN-TUE').weekDays).toEqual(['MO', 'TU', 'SU'])
    expect(read('0 0 * * */2').weekDays).toEqual(['TU', 'TH', 'SA', 'SU'])
    expect(read('@weekly')).toEqual(read('0 0 * * 0'))
  })

  it.each([
    ['0 0 0 * * *', /expected five fields .* got six .* nothing repeats more than once a minute/],
    ['0 0 * *', /^cron: expected five fields: minute hour day month weekday, got '0 0 \* \*'$/],
    ['60 0 * * *', /^minute: expected 0 to 59, .* got '60'$/],
    ['0 0 * * FRI-MON', /^day of week: expected 0 to 7 or SUN–SAT, .* got 'FRI-MON'$/],
    ['0 0 L * *', /^day of month: .* L, W, # and \? are not cron: .* got 'L'$/],
    ['*/0 * * * *', /^minute: .* got '\*\/0'$/],
    ['@reboot', /^cron: expected one of @yearly, /],
  ])('refuses %s', (text, message) => {
    const reading = parseCron(text)
    expect(reading).toEqual({ kind: 'invalid', messages: [expect.stringMatching(message)] })
  })

  const occurrences = (text: string, limit: number) => {
    const reading = parseRecurrence(text, { zone: 'UTC', start: '2026-11-01T00:00' })
    if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
    return occurrencesAfter(reading.value, { after: '2026-10-31T23:59:59Z', limit }).map((at) =>
      at.slice(0, 16),
    )
  }

  it('takes either kind of day for enough where both are restricted', () => {
    // Mondays of November 2026: 2, 9, 16, 23, 30.
    expect(occurrences('0 9 1,16 * MON', 6)).toEqual(
      ['01', '02', '09', '16', '23', '30'].map((day) => `2026-11-${day}T09:00`),
    )
  })

  it('takes both kinds of days together where one begins with a star', () => {
    expect(occurrences('0 9 */2 * MON', 3)).toEqual([
      '2026-11-09T09:00',
      '2026-11-23T09:00',
      '2026-12-07T09:00',
    ])
  })

  it('is sent at whole minutes, whatever its start is', () => {
    const reading = parseRecurrence('*/30 * * * *', { zone: 'UTC', start: '2026-11-01T00:10:42' })
    if (reading.kind === 'invalid') throw new Error(JSON.stringify(reading.issues))
    const found = occurrencesAfter(reading.value, { after: '2026-10-31T00:00:00Z', limit: 2 })
    expect(found).toEqual(['2026-11-01T00:30:00Z', '2026-11-01T01:00:00Z'])
  })
})
