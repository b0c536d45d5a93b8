import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keptContent, mergedInput } from '../../src/client/input/edit.js'
import { InputError } from '../../src/client/errors.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { readReminderInput } from '../../src/client/input/reminder.js'
import { differences, reminderDefinition, type ReminderDefinition } from '../../src/domain/definition.js'
import { account, context, issuesOf, read } from './support/input.js'
import { writtenReminder } from './support/written-reminders.js'

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
      fc.asyncProperty(writtenReminder, async (written) => {
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
