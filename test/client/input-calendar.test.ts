import { describe, expect, it } from 'vitest'
import type { InputIssue } from '../../src/client/errors.js'
import { describeSchedule } from '../../src/domain/calendar/words/words.js'
import { issuesOf, read } from './support/input.js'

const said = { to: 'Class 3B', text: 'Assembly!', zone: 'Africa/Nairobi' }
const schedule = async (fields: object) => (await read({ ...said, ...fields })).definition.schedule

describe('a recurring reminder', () => {
  it('is a cron, shown back in words', async () => {
    const weekly = await schedule({ cron: '0 8 * * MON,THU' })
    expect(weekly).toEqual({
      kind: 'recurring',
      zone: 'Africa/Nairobi',
      start: '2026-11-23T11:30:00',
      rule: { kind: 'cron', cron: '0 8 * * MON,THU' },
    })
    expect(describeSchedule(weekly)).toBe('every Monday and Thursday at 08:00 (Africa/Nairobi)')
  })

  it('is an RRULE with a start, an end, exceptions and extra times', async () => {
    const repeat = 'FREQ=WEEKLY;BYDAY=MO'
    const more = {
      start: '2026-11-30 08:00',
      until: '2026-12-31',
      count: 5,
      except: ['2026-12-14', '2026-12-21T08:00'],
      also: '2026-12-24 18:00',
    }
    expect(await schedule({ repeat, ...more })).toEqual({
      kind: 'recurring',
      zone: 'Africa/Nairobi',
      start: '2026-11-30T08:00:00',
      rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO' },
      until: '2026-12-31T23:59:59',
      count: 5,
      exdates: ['2026-12-14T08:00:00', '2026-12-21T08:00:00'],
      rdates: ['2026-12-24T18:00:00'],
    })
  })

  it('is the lines of a calendar program, whose zone counts', async () => {
    const lines = [
      'DTSTART;TZID=Europe/Berlin:20261124T090000',
      'RRULE:FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6',
      'EXDATE;TZID=Europe/Berlin:20261201T090000',
    ]
    const { zone: _zone, ...rest } = said
    const { definition, hasOwnStart } = await read({
      ...rest,
      repeat: lines.join('\n'),
      except: '2026-12-03',
    })
    expect(definition.schedule).toEqual({
      kind: 'recurring',
      zone: 'Europe/Berlin',
      start: '2026-11-24T09:00:00',
      rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=6' },
      exdates: ['2026-12-01T09:00:00', '2026-12-03T09:00:00'],
    })
    expect(hasOwnStart).toBe(true)
  })

  it('has one derived key, whenever it is made, where nothing says when it begins', async () => {
    const input = { ...said, cron: '0 8 * * MON' }
    const first = await read(input)
    const later = await read(input, { now: new Date('2026-11-24T10:00:00Z') })
    expect(later.definition.schedule).not.toEqual(first.definition.schedule)
    expect(later.key).toBe(first.key)
    expect((await read({ ...input, start: '2026-12-01 00:00' })).key).not.toBe(first.key)
  })

  it('says where there is nothing to leave out', async () => {
    const { warnings } = await read({ ...said, cron: '0 8 * * MON', except: '2026-12-25' })
    expect(warnings).toEqual(['there is nothing to leave out on 2026-12-25'])
  })

  it('takes until, count, exceptions, extra times and window away with none or null', async () => {
    const nones = { until: 'none', count: null, except: ['none'], also: null, window: 'none' }
    const { definition } = await read({ ...said, cron: '0 8 * * MON', ...nones })
    expect(Object.keys(definition.schedule).toSorted()).toEqual(['kind', 'rule', 'start', 'zone'])
    expect(definition).not.toHaveProperty('window')
  })
})

describe('steps around an anchor', () => {
  const exam = { anchor: '2026-12-18 09:00' }

  it('may be written as texts', async () => {
    expect(await schedule({ ...exam, steps: ['-3d', '-1d 18:00', 'at'] })).toEqual({
      kind: 'steps',
      zone: 'Africa/Nairobi',
      anchor: '2026-12-18T09:00:00',
      steps: [{ offset: '-3d' }, { offset: '-1d', at: '18:00' }, { offset: 'at' }],
    })
  })

  it('may have content of their own, and then need none beside them', async () => {
    const { text: _text, ...silent } = said
    const steps = [
      { offset: '-3d', text: 'Three days' },
      { offset: 'at', parts: [{ text: 'Good luck' }, { text: '!' }] },
    ]
    const { definition } = await read({ ...silent, ...exam, steps })
    expect(definition.stepParts).toEqual([
      [{ kind: 'text', text: 'Three days' }],
      [
        { kind: 'text', text: 'Good luck' },
        { kind: 'text', text: '!' },
      ],
    ])
    expect(definition.parts).toEqual([{ kind: 'text', text: 'Three days' }])
    const mixed = await read({ ...said, ...exam, steps: ['-1d', ...steps] })
    expect(mixed.definition.stepParts?.map((parts) => parts.length)).toEqual([0, 1, 2])
    expect(mixed.definition.parts).toEqual([{ kind: 'text', text: 'Assembly!' }])
    const issues = await issuesOf({ ...silent, ...exam, steps: ['-1d', ...steps] })
    expect(issues).toEqual([{ field: 'parts', expected: expect.stringContaining('(steps[0])') }])
  })

  it('that fall on one time and have more parts together than a group may get are refused', async () => {
    const { text: _text, ...silent } = said
    const parts = (count: number) => Array.from({ length: count }, (_, n) => ({ text: `part ${n}` }))
    const steps = [
      { offset: '-1d', parts: parts(11) },
      { offset: '-24h', parts: parts(9) },
    ]
    expect((await read({ ...silent, ...exam, steps })).definition.stepParts).toHaveLength(2)
    const one = { offset: '-1d', text: 'one more' }
    expect(await issuesOf({ ...silent, ...exam, steps: [...steps, one] })).toEqual([
      {
        field: 'steps',
        expected: expect.stringMatching(
          /^expected at most 20 parts at one time, but steps\[0\] and steps\[1\] and steps\[2\] fall on .* 21 together/,
        ),
      },
    ])
  })

  it('that are past are not sent, and it says so', async () => {
    const { warnings } = await read({
      ...said,
      anchor: '2026-11-24 09:00',
      steps: ['-3d', '-1d', '-24h', 'at'],
    })
    expect(warnings).toEqual([
      'steps[1] and steps[2] fall on the same time, Mon 23 Nov 2026 at 09:00 (Africa/Nairobi): the parts of each are sent one after the other',
      'steps[0] is not sent: its time, Sat 21 Nov 2026 at 09:00 (Africa/Nairobi), is past',
      'steps[1] and steps[2] are not sent: their time, Mon 23 Nov 2026 at 09:00 (Africa/Nairobi), is past',
    ])
  })
})

describe('a window', () => {
  it.each([
    ['08:00-20:00', { from: '08:00', to: '20:00' }],
    ['8:00 - 20:00 mo-fr', { from: '08:00', to: '20:00', days: ['mo', 'tu', 'we', 'th', 'fr'] }],
    ['20:00-02:00 sa-mo', { from: '20:00', to: '02:00', days: ['mo', 'sa', 'su'] }],
    ['08:00-12:00 Monday, wed', { from: '08:00', to: '12:00', days: ['mo', 'we'] }],
    [
      { from: '08:00', to: '20:00', days: 'sa,su' },
      { from: '08:00', to: '20:00', days: ['sa', 'su'] },
    ],
    [
      { from: '08:00', to: '20:00', days: ['su', 'mo'] },
      { from: '08:00', to: '20:00', days: ['mo', 'su'] },
    ],
  ])('%j', async (window, expected) => {
    const { definition } = await read({ ...said, at: 'tomorrow 09:00', window })
    expect(definition.window).toEqual(expected)
  })
})

describe('a bad field of a calendar', () => {
  const weekly = { ...said, cron: '0 8 * * MON' }
  const ruled = { ...said, repeat: 'FREQ=WEEKLY;BYDAY=MO', start: '08:00' }
  const exam = { ...said, anchor: '2026-12-18 09:00', steps: ['-3d'] }
  const text = (part: string) => expect.stringContaining(part) as string
  const cases: [string, unknown, InputIssue][] = [
    [
      'a cron with seconds',
      { ...said, cron: '0 0 8 * * MON' },
      { field: 'cron', expected: text('there are no seconds') },
    ],
    [
      'a cron of words',
      { ...said, cron: 'mondays' },
      { field: 'cron', expected: text("five fields: minute hour day month weekday, got 'mondays'") },
    ],
    ['a cron out of range', { ...said, cron: '0 25 * * *' }, { field: 'cron', expected: text("got '25'") }],
    [
      'a rule within minutes',
      { ...said, repeat: 'FREQ=SECONDLY' },
      { field: 'repeat', expected: text('SECONDLY') },
    ],
    [
      'a rule of two seconds',
      { ...said, repeat: 'FREQ=DAILY;BYHOUR=8;BYMINUTE=0;BYSECOND=0,30' },
      { field: 'repeat', expected: text('BYSECOND') },
    ],
    ['a rule of words', { ...said, repeat: 'every monday' }, { field: 'repeat', expected: text('expected') }],
    [
      'a rule without a time',
      { ...said, repeat: 'FREQ=WEEKLY;BYDAY=MO' },
      { field: 'start', expected: text('leaves the time of day open') },
    ],
    [
      'a rule that never occurs',
      { ...said, repeat: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', start: '08:00' },
      { field: 'repeat', expected: text('never occurs') },
    ],
    [
      'a zone beside another one',
      { ...said, repeat: 'DTSTART;TZID=Europe/Berlin:20261124T090000\nRRULE:FREQ=DAILY' },
      { field: 'zone', got: "'Africa/Nairobi'", expected: text('Europe/Berlin') },
    ],
    [
      'two starts',
      { ...ruled, repeat: 'DTSTART:20261124T090000\nRRULE:FREQ=DAILY' },
      { field: 'start', expected: text('not both') },
    ],
    [
      'start',
      { ...ruled, start: 'whenever' },
      { field: 'start', got: "'whenever'", expected: text('expected a time such as') },
    ],
    [
      'until',
      { ...ruled, until: '2026-02-30' },
      { field: 'until', got: "'2026-02-30'", expected: text('expected a date such as') },
    ],
    [
      'until before the start',
      { ...ruled, until: '2026-11-01' },
      { field: 'repeat', expected: text('never occurs') },
    ],
    [
      'count',
      { ...ruled, count: 0 },
      { field: 'count', got: '0', expected: 'expected a whole number from 1 to 10000' },
    ],
    [
      'except',
      { ...weekly, except: ['2026-12-07', 'xmas'] },
      { field: 'except[1]', got: "'xmas'", expected: text('expected a date such as') },
    ],
    [
      'also',
      { ...weekly, also: ['2026-12-24'] },
      { field: 'also[0]', got: "'2026-12-24'", expected: text('time of day too') },
    ],
    [
      'two kinds',
      { ...weekly, at: 'tomorrow 09:00' },
      { field: 'at', expected: text('the first time of a repetition is `start`') },
    ],
    [
      'a rule and a cron',
      { ...ruled, cron: '0 8 * * *' },
      { field: 'repeat', expected: 'expected one of `repeat` and `cron`, not both' },
    ],
    [
      'an end of one time',
      { ...said, at: 'tomorrow 09:00', until: '2026-12-18' },
      { field: 'until', expected: 'expected `repeat` or `cron` beside it' },
    ],
    [
      'an anchor alone',
      { ...said, anchor: '2026-12-18 09:00' },
      { field: 'steps', expected: text('missing') },
    ],
    ['steps alone', { ...said, steps: ['-1d'] }, { field: 'anchor', expected: text('missing') }],
    [
      'anchor',
      { ...exam, anchor: 'the exam' },
      { field: 'anchor', got: "'the exam'", expected: text('expected a time') },
    ],
    [
      'a step',
      { ...exam, steps: ['-3days'] },
      { field: 'steps[0].offset', got: "'-3days'", expected: text('expected an offset such as -3d') },
    ],
    [
      'a step of hours at a time of day',
      { ...exam, steps: ['-3h 09:00'] },
      { field: 'steps[0].at', expected: text('whole days or weeks') },
    ],
    [
      'an unknown field of a step',
      { ...exam, steps: [{ offset: '-1d', txt: 'x' }] },
      { field: 'steps[0].txt', expected: "unknown field; did you mean 'text'?" },
    ],
    [
      'no step',
      { ...exam, steps: [] },
      { field: 'steps', got: 'an empty list', expected: 'expected at least one step' },
    ],
    [
      'window',
      { ...weekly, window: 'at night' },
      { field: 'window', got: "'at night'", expected: text('expected hours such as 08:00-20:00') },
    ],
    [
      'an hour of a window',
      { ...weekly, window: '08:00-25:00' },
      { field: 'window', got: "'08:00-25:00'", expected: text('from 00:00 to 23:59') },
    ],
    [
      'a day of a window',
      { ...weekly, window: '08:00-20:00 mo-xx' },
      { field: 'window', got: "'08:00-20:00 mo-xx'", expected: text('mo-fr') },
    ],
    [
      'a window without an end',
      { ...weekly, window: { from: '08:00' } },
      { field: 'window.to', expected: text('time of day') },
    ],
    [
      'a window of no length',
      { ...weekly, window: '08:00-08:00' },
      { field: 'window', got: "'08:00-08:00'", expected: text('another time than') },
    ],
    [
      'overlap',
      { ...weekly, overlap: 'queue' },
      { field: 'overlap', got: "'queue'", expected: 'expected one of skip, bufferOne, cancelOther' },
    ],
  ]

  it.each(cases)('%s: its error names field, value and what is expected', async (_what, input, issue) => {
    expect(await issuesOf(input)).toEqual([issue])
  })

  it('never has the text of a step in its error', async () => {
    const secret = 'Xylophone'
    const steps = [[secret], { offset: '-1d', text: [secret] }, { offset: 'x', text: secret }]
    const text = JSON.stringify(await issuesOf({ ...exam, steps }))
    expect(text).not.toContain(secret)
  })
})
