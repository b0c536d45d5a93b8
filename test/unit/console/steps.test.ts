import { describe, expect, test } from 'vitest'
import { changesOfDraft, draftOf, inputOfDraft, missingIn } from '../../../console/src/pages/editor/draft.js'
import { scheduleInput, scheduleOf } from '../../../console/src/pages/editor/schedule.js'
import { clockOf, newStep, stepsInput, stepsOf } from '../../../console/src/pages/editor/steps.js'
import { calendar } from '../../../src/domain/calendar/calendar.js'
import { parseOffset } from '../../../src/domain/calendar/offset.js'
import { reminderDefinition } from '../../../src/domain/definition.js'
import { reminderInputSchema } from '../../../src/client/input/schema/reminder.js'

const zone = 'Europe/Berlin'
const text = (words: string) => [{ kind: 'text' as const, text: words }]
const around = (steps: object[], more: object = {}) =>
  reminderDefinition.parse({
    version: 2,
    account: 'office',
    audience: { kind: 'allGroups' },
    parts: text('To all'),
    schedule: { kind: 'steps', zone, anchor: '2027-06-14T09:00:00', steps },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 3_600_000,
    deliverWithinMs: 43_200_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
    ...more,
  })
const read = (definition: ReturnType<typeof around>) => draftOf('exam', definition)

test.each([
  ['at', { side: 'at' }],
  ['-3d', { side: 'before', count: 3, unit: 'day' }],
  ['+2w', { side: 'after', count: 2, unit: 'week' }],
  ['-1w2d', { side: 'before', count: 9, unit: 'day' }],
  ['-14d', { side: 'before', count: 2, unit: 'week' }],
  ['-1h30m', { side: 'before', count: 90, unit: 'minute' }],
  ['+120m', { side: 'after', count: 2, unit: 'hour' }],
  // A day has not always 24 hours.
  ['+24h', { side: 'after', count: 24, unit: 'hour' }],
  ['-1d2h', { mixed: '-1d2h' }],
])('%s is read in one unit, and means the same again', (offset, fields) => {
  const { schedule } = around([{ offset }])
  if (schedule.kind !== 'steps') throw new Error('no steps')
  const [step] = stepsOf(schedule)
  expect(step).toMatchObject(fields)
  const [written] = stepsInput(step ? [step] : [])
  expect(parseOffset(typeof written === 'string' ? written : (written?.offset ?? ''))).toEqual(
    parseOffset(offset),
  )
})

describe('a draft around a day', () => {
  const own = around([{ offset: '-1w', at: '18:00' }, { offset: '-1h' }], { stepParts: [text('A week'), []] })

  test('comes back from the fields as it was, with what each time says', () => {
    const draft = read(own)
    expect(scheduleInput(draft.schedule)).toEqual({
      anchor: '2027-06-14T09:00:00',
      steps: [{ offset: '-1w', at: '18:00', parts: [{ text: 'A week' }] }, { offset: '-1h' }],
      zone,
    })
    expect(reminderInputSchema.safeParse(inputOfDraft(draft)).error).toBeUndefined()
    expect(changesOfDraft(draft, read(own))).toEqual({})
  })

  test('keeps a time to the second until another one is chosen', () => {
    const drip = calendar.parse({
      kind: 'steps',
      zone,
      anchor: '2027-06-14T07:00:31Z',
      steps: [{ offset: '+1d' }],
    })
    const schedule = scheduleOf(drip)
    expect(schedule).toMatchObject({ mode: 'steps', date: '2027-06-14', time: '09:00' })
    expect(scheduleInput(schedule)).toMatchObject({ anchor: '2027-06-14T07:00:31Z' })
    expect(scheduleInput({ ...schedule, time: '09:30' })).toMatchObject({ anchor: '2027-06-14T09:30' })
    expect(scheduleInput({ ...schedule, zone: 'UTC' })).toMatchObject({
      anchor: '2027-06-14T09:00',
      zone: 'UTC',
    })
  })

  test('needs no message beside those of its times, and says that of the first where one is asked for', () => {
    const each = around([{ offset: '-1d' }, { offset: 'at' }], {
      parts: text('Tomorrow'),
      stepParts: [text('Tomorrow'), text('Today')],
    })
    const draft = read(each)
    expect(draft.parts).toMatchObject([{ text: '' }])
    expect(missingIn(draft)).toEqual([])
    expect(changesOfDraft(draft, read(each))).toEqual({})
    expect(inputOfDraft(draft)).toMatchObject({ parts: [{ text: 'Tomorrow' }] })
    const [first, ...others] = draft.schedule.steps
    const steps = [{ ...(first ?? newStep()), hasOwn: false }, ...others]
    expect(missingIn({ ...draft, schedule: { ...draft.schedule, steps } })).toEqual(['content'])
  })

  test('says what is missing in its times', () => {
    const missing = (...steps: ReturnType<typeof newStep>[]) => {
      const draft = read(own)
      return missingIn({ ...draft, schedule: { ...draft.schedule, steps } })
    }
    expect(missing()).toEqual(['steps'])
    expect(missing(newStep({ count: '' }))).toEqual(['number'])
    expect(missing(newStep({ count: '', side: 'at' }))).toEqual([])
    expect(missing(newStep({ hasOwn: true, parts: [{ id: 'a', kind: 'text', text: ' ' }] }))).toEqual([
      'stepContent',
    ])
    const image = { id: 'b', kind: 'image' as const, media: undefined, caption: '' }
    const words = { id: 'a', kind: 'text' as const, text: 'Soon' }
    expect(missing(newStep({ hasOwn: true, parts: [words, image] }))).toEqual(['image'])
    expect(missing(newStep({ hasOwn: false, parts: [image] }))).toEqual([])
  })
})

test('the clock of a step is that of the day, its own, or so many hours away', () => {
  expect(clockOf(newStep(), '09:00')).toBe('09:00')
  expect(clockOf(newStep({ at: '18:00' }), '09:00')).toBe('18:00')
  expect(clockOf(newStep({ unit: 'hour', count: 10 }), '09:00')).toBe('23:00')
  expect(clockOf(newStep({ unit: 'minute', count: 90, side: 'after' }), '23:00')).toBe('00:30')
})
