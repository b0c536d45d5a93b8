import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptContent, mergedInput } from '../../src/client/input/edit.js'
import { InputError } from '../../src/client/errors.js'
import type { ReminderInput } from '../../src/client/input/schema.js'
import { readReminderInput } from '../../src/client/input/reminder.js'
import {
  differences,
  overlapPolicies,
  reminderDefinition,
  type ReminderDefinition,
} from '../../src/domain/definition.js'
import { account, context, issuesOf, read } from './support/input.js'

const some = <T>(name: string, value: fc.Arbitrary<T>) =>
  fc.option(value, { nil: undefined }).map((given) => (given === undefined ? {} : { [name]: given }))

const wall = fc
  .integer({ min: 0, max: 3 * 365 * 24 * 60 })
  .map((minutes) => new Date(Date.UTC(2027, 0, 1) + minutes * 60_000).toISOString().slice(0, 19))
const clock = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`,
  )
const words = fc.string({
  minLength: 1,
  maxLength: 20,
  unit: fc.constantFrom('a', 'é', ' ', '\n', '7', '三'),
})

const once = fc.record({
  at: fc.oneof(
    wall,
    wall.map((time) => `${time}Z`),
  ),
})
const recurring = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('0 8 * * MON,THU', '*/30 8-10 * * *', '15 2 1,15 * MON').map((cron) => ({ cron })),
      fc
        .tuple(
          fc.constantFrom(
            'FREQ=DAILY',
            'FREQ=WEEKLY;BYDAY=MO,TH',
            'FREQ=MONTHLY;BYMONTHDAY=-1',
            'FREQ=YEARLY',
          ),
          fc.constantFrom('', ';INTERVAL=2'),
          fc.constantFrom('', ';BYHOUR=8;BYMINUTE=30', ';BYHOUR=8,12;BYMINUTE=0'),
        )
        .map((parts) => ({ repeat: parts.join('') })),
    ),
    wall.map((start) => ({ start })),
    some(
      'until',
      wall.map((time) => time.replace(/^\d{4}/, '2035')),
    ),
    some('count', fc.integer({ min: 1, max: 500 })),
    some('also', fc.array(wall, { minLength: 1, maxLength: 3 })),
    some('except', fc.array(wall, { minLength: 1, maxLength: 3 })),
  )
  .map((all) => Object.assign({}, ...all) as ReminderInput)
const steps = fc.record({
  anchor: fc.oneof(
    wall,
    wall.map((time) => `${time}Z`),
  ),
  steps: fc.uniqueArray(
    fc.oneof(
      fc.constantFrom('-3d', '-1d 18:00', '-90m', 'at', '+1w'),
      fc.record({ offset: fc.constantFrom('-2d', '-2h', '+3d'), text: words }),
    ),
    { minLength: 1, maxLength: 4, selector: (step) => (typeof step === 'string' ? step : step.offset) },
  ),
})

/** Every field that a caller may write, but for the files of images, which a definition has by their digests. */
const input = fc
  .tuple(
    fc.record({
      zone: fc.constantFrom(
        'Africa/Nairobi',
        'America/New_York',
        'Europe/Berlin',
        'Australia/Lord_Howe',
        'UTC',
      ),
      to: fc.constantFrom<string | string[]>(
        'all groups',
        ['Class 3B', '+15551234567'],
        ['120363000000000001@g.us', '120363999999999999@g.us'],
      ),
    }),
    fc.oneof(once, recurring, steps),
    fc.oneof(
      words.map((text) => ({ text })),
      fc
        .array(words, { minLength: 1, maxLength: 3 })
        .map((texts) => ({ parts: texts.map((text) => ({ text })) })),
    ),
    some(
      'window',
      fc.record({ from: clock, to: clock, days: fc.constantFrom(['mo', 'tu'], ['sa', 'su'], ['fr']) }),
    ),
    some('overlap', fc.constantFrom(...overlapPolicies)),
    some('priority', fc.integer({ min: 0, max: 9 })),
    some('catchUp', fc.constantFrom('0s', '90s', '1h30m', '3d')),
    some('deliverWithin', fc.constantFrom('1s', '45m', '2w')),
    some('onUncertain', fc.constantFrom('resend', 'unknown')),
    some('groupConcurrency', fc.integer({ min: 1, max: 20 })),
    some('ratePerMinute', fc.integer({ min: 1, max: 100_000 })),
  )
  .map((all) => Object.assign({}, ...all) as ReminderInput)

/** Undefined where a create would refuse it. */
async function created(written: ReminderInput): Promise<ReminderDefinition | undefined> {
  try {
    return (await read(written)).definition
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

async function edited(definition: ReminderDefinition, changes: ReminderInput): Promise<ReminderDefinition> {
  // Much later, on another machine: what was said then must not depend on when and where it is read again.
  const later = context({ now: new Date('2027-03-15T11:38:21Z'), zone: 'America/New_York' })
  const merged = mergedInput(definition, changes)
  return (await readReminderInput(merged, later, { kept: keptContent(definition, changes) })).definition
}

describe('an edit', () => {
  it('that is empty changes no field, whatever the reminder is', async () => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(input, async (written) => {
        const definition = await created(written)
        fc.pre(definition !== undefined)
        for (const field of Object.keys(definition)) seen.add(field)
        expect(differences(definition, await edited(definition, {}))).toEqual([])
      }),
      { seed: 20_261_128, numRuns: 80 },
    )
    // The property was about all of them.
    expect([...seen].toSorted()).toEqual(Object.keys(reminderDefinition.shape).toSorted())
  })

  it('changes the field that it names, and no other', async () => {
    const { definition } = await read({
      to: 'Class 3B',
      text: 'Hello',
      cron: '0 8 * * MON',
      zone: 'Africa/Nairobi',
      ratePerMinute: 7,
      window: '08:00-20:00 mo-fr',
    })
    const changed = async (changes: ReminderInput) =>
      differences(definition, await edited(definition, changes))
    expect(await changed({ priority: 9 })).toEqual([{ field: 'priority', existing: '5', requested: '9' }])
    expect(await changed({ text: 'Other' })).toEqual([{ field: 'parts[0].text' }])
    expect(await changed({ ratePerMinute: 'none' })).toMatchObject([{ field: 'ratePerMinute' }])
    expect(await changed({ window: 'none' })).toMatchObject([{ field: 'window' }])
  })
})

describe('a rule without a time of day', () => {
  const rule = 'FREQ=WEEKLY;BYDAY=MO'
  const missing = {
    field: 'start',
    expected: expect.stringMatching(/^missing: the rule leaves the time of day open/),
  }
  const base = { to: 'Class 3B', text: 'Hello', zone: 'Africa/Nairobi' }

  it('is refused where nobody said one: in a create, and in an edit of whatever reminder', async () => {
    expect(await issuesOf({ ...base, repeat: rule })).toEqual([missing])
    for (const schedule of [
      { cron: '30 8 * * MON' },
      { repeat: 'FREQ=DAILY;BYHOUR=8;BYMINUTE=30' },
      { at: '2026-12-01T14:38' },
      { anchor: '2026-12-01T14:38', steps: ['-1d'] },
    ]) {
      const { definition } = await read({ ...base, ...schedule })
      const error = await edited(definition, { repeat: rule }).catch((reason: unknown) => reason)
      expect(error, JSON.stringify(schedule)).toBeInstanceOf(InputError)
      expect((error as InputError).issues).toEqual([missing])
    }
  })

  it('is taken where the start says it: in the edit, or since the create', async () => {
    const { definition } = await read({ ...base, cron: '30 8 * * MON' })
    expect((await edited(definition, { repeat: rule, start: '2026-12-01T09:15' })).schedule).toMatchObject({
      start: '2026-12-01T09:15:00',
    })
    const open = await read({ ...base, repeat: 'FREQ=DAILY', start: '2026-12-01T09:15' })
    expect((await edited(open.definition, { repeat: rule })).schedule).toMatchObject({
      start: '2026-12-01T09:15:00',
    })
  })

  it('and one with a time of day keeps the day that it begins on', async () => {
    const { definition } = await read({ ...base, cron: '30 8 * * MON', start: '2026-12-08T00:00' })
    expect((await edited(definition, { cron: '0 9 * * TUE' })).schedule).toMatchObject({
      start: '2026-12-08T00:00:00',
    })
  })
})

it('another account is one that the operator has', async () => {
  const { definition } = await read({ to: 'Class 3B', text: 'x', at: '2026-12-01T09:00' })
  const later = context({ accounts: [account('school'), account('office')] })
  const merged = mergedInput(definition, { account: 'office' })
  const { definition: moved } = await readReminderInput(merged, later, { kept: keptContent(definition, {}) })
  expect(moved.account).toBe('office')
})
