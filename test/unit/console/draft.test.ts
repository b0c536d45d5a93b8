import { describe, expect, test } from 'vitest'
import {
  changesOfDraft,
  draftOf,
  emptyDraft,
  inputOfDraft,
  missingIn,
  newKey,
  touchedSections,
} from '../../../console/src/pages/editor/draft.js'
import { awaitPicture, putPicture } from '../../../console/src/pages/editor/part-draft.js'
import {
  isCron,
  scheduleInput,
  scheduleOf,
  wallIn,
  weekdayOf,
  type ScheduleDraft,
} from '../../../console/src/pages/editor/schedule.js'
import { de } from '../../../console/src/text/de/index.js'
import { en } from '../../../console/src/text/en/index.js'
import { dedupeKeyPattern } from '../../../src/domain/ids.js'
import { reminderDefinition } from '../../../src/domain/definition.js'
import { reminderInputSchema } from '../../../src/client/input/schema/reminder.js'

const zone = 'Africa/Nairobi'
const definition = reminderDefinition.parse({
  version: 2,
  account: 'office',
  audience: { kind: 'list', recipients: ['120363000000000001@g.us', '15550001234@s.whatsapp.net'] },
  parts: [{ kind: 'text', text: 'Hello' }],
  schedule: {
    kind: 'recurring',
    zone,
    start: '2026-12-01T08:00:00',
    rule: { kind: 'rrule', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH' },
    until: '2027-06-30T23:59:59',
  },
  overlap: 'bufferOne',
  priority: 5,
  catchUpMs: 3_600_000,
  deliverWithinMs: 43_200_000,
  onUncertain: 'resend',
  groupConcurrency: 3,
})

describe('a draft', () => {
  test('has a key that the API takes, of its own', () => {
    expect(newKey()).toMatch(dedupeKeyPattern)
    expect(newKey()).not.toBe(newKey())
  })

  test('is not whole while another image is on its way, and the one before can be kept', () => {
    const stored = { id: 'a', kind: 'image' as const, media: 'old', size: '2 × 2', caption: 'Soon' }
    const draft = { ...emptyDraft({ account: 'office', zone }), audience: { all: true, recipients: [] } }
    expect(missingIn({ ...draft, parts: [stored] })).toEqual([])
    const awaiting = awaitPicture(stored)
    expect(missingIn({ ...draft, parts: [awaiting] })).toContain('image')
    // The second failed, and a third is chosen.
    const { before } = awaitPicture(awaiting)
    expect(before && putPicture(awaiting, before)).toEqual(stored)
    expect(putPicture(awaiting, { media: 'new', size: '3 × 3' })).toEqual({
      ...stored,
      media: 'new',
      size: '3 × 3',
    })
    expect(awaitPicture({ id: 'a', kind: 'image', media: undefined, caption: '' })).not.toHaveProperty(
      'before',
    )
  })

  test('says what is missing, and when it is whole it is input that the API takes', () => {
    const draft = emptyDraft({ account: undefined, zone })
    expect(missingIn(draft)).toEqual(['account', 'content', 'audience'])
    const image = { id: 'b', kind: 'image' as const, media: undefined, caption: 'Soon' }
    expect(missingIn({ ...draft, parts: [{ id: 'a', kind: 'text', text: 'Hello' }, image] })).toContain(
      'image',
    )
    const whole = {
      ...draft,
      account: 'office',
      audience: { all: true, recipients: [] },
      parts: [{ id: 'a', kind: 'text' as const, text: 'Hello' }],
    }
    expect(missingIn(whole)).toEqual([])
    expect(reminderInputSchema.safeParse(inputOfDraft(whole)).error).toBeUndefined()
  })

  test('of an edit sends what was touched, and nothing else', () => {
    const original = draftOf('trip', definition)
    expect(changesOfDraft(original, original)).toEqual({})
    const changed = { ...original, audience: { all: true, recipients: [] } }
    expect(touchedSections(changed, original)).toEqual(['audience'])
    expect(changesOfDraft(changed, original)).toEqual({ to: 'all groups' })
  })

  test('an edit takes away what a create leaves out', () => {
    const original = draftOf('trip', { ...definition, window: { from: '08:00', to: '18:00' } })
    const without = { ...original, rules: { ...original.rules, window: undefined } }
    expect(changesOfDraft(without, original)).toMatchObject({ window: null })
    expect(inputOfDraft(without)).not.toHaveProperty('window')
  })
})

describe('a schedule', () => {
  const words = scheduleOf(definition.schedule)

  test('that can be said in words is', () => {
    expect(words).toMatchObject({
      mode: 'repeat',
      every: 'week',
      interval: 2,
      days: ['MO', 'TH'],
      date: '2026-12-01',
      time: '08:00',
      end: { kind: 'on', date: '2027-06-30' },
    })
    expect(scheduleInput(words)).toEqual({
      repeat: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH',
      start: '2026-12-01T08:00',
      zone,
      until: '2027-06-30',
      count: null,
      except: null,
      also: null,
    })
  })

  test.each(['FREQ=MONTHLY;BYDAY=5MO', 'FREQ=YEARLY;BYMONTH=3', 'FREQ=WEEKLY;BYDAY=MO;WKST=SU'])(
    '%s stays the rule that it is',
    (rrule) => {
      const read = scheduleOf({
        kind: 'recurring',
        zone,
        start: '2026-12-01T08:00:00',
        rule: { kind: 'rrule', rrule },
      })
      expect(read).toMatchObject({ mode: 'rule', text: rrule })
      expect(scheduleInput(read)).toMatchObject({ repeat: rrule })
    },
  )

  test('cron and an RRULE are told apart', () => {
    expect(isCron('0 8 * * MON-FRI')).toBe(true)
    expect(isCron('FREQ=DAILY')).toBe(false)
    const rule: ScheduleDraft = { ...words, mode: 'rule', text: ' 0 8 * * 1 ' }
    expect(scheduleInput(rule)).toMatchObject({ cron: '0 8 * * 1' })
  })

  test('once is on the wall clock of its zone', () => {
    const at = '2026-12-01T05:30:00Z'
    expect(scheduleOf({ kind: 'once', at, zone })).toMatchObject({ date: '2026-12-01', time: '08:30' })
    expect(wallIn(new Date(at), 'America/New_York')).toEqual({ date: '2026-12-01', time: '00:30' })
    expect(weekdayOf('2026-12-01')).toBe('TU')
  })
})

test('German says all that English says, in words of its own', () => {
  const same: string[] = []
  const compare = (a: unknown, b: unknown, path: string): void => {
    expect(typeof b, path).toBe(typeof a)
    if (typeof a === 'string' && a === b && a.includes(' ')) same.push(path)
    if (typeof a === 'object' && a !== null && typeof b === 'object' && b !== null)
      for (const key of Object.keys(a))
        compare((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`)
  }
  compare(en, de, 'text')
  expect(same).toEqual([])
})
