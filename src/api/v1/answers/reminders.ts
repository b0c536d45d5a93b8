import { z } from 'zod'
import { reminderDefinition } from '../../../domain/definition.js'
import { reminderStates, runStates } from '../../../domain/states.js'
import { errorCodes } from '../../../protocol/refusals.js'
import { differenceAnswer } from '../problems.js'
import { runAnswer } from './runs.js'
import { confirmationOf, count, instant, instantText, maybe, pageOf } from './values.js'
import { saidIn, saidOfWarnings } from './said.js'

export const definitionAnswer = reminderDefinition.meta({ id: 'Definition' })
const state = z.enum(reminderStates)
const warnings = z.array(z.string()).meta({
  description: 'What was accepted and may not be what was meant.',
})
const differences = z.array(differenceAnswer)

const viewFields = {
  key: z.string(),
  accountId: z.string(),
  state,
  reason: maybe(z.string()).meta({ description: 'Why it is in this state.' }),
  nextFire: maybe(instant),
  snoozedFrom: maybe(instant).meta({ description: 'The occurrence of the next fire, where it was put off.' }),
  moved: z.array(z.object({ from: instant, to: maybe(instant) })).meta({
    description:
      'What is not at the time that the calendar has; `to` is null where it was left out, or begun early.',
  }),
  dealtWithUntil: maybe(instant),
  bufferedAt: maybe(instant).meta({
    description: 'An occurrence that is due and waits for the run under way.',
  }),
  pausedUntil: maybe(instant),
  createdAt: instant,
  endedAt: maybe(instant),
  deletedAt: maybe(instant),
  revision: count.meta({ description: 'How often it was edited.' }),
  digest: z.string().meta({ description: 'Of the definition: another one after each edit.' }),
  definition: definitionAnswer,
  latestRun: maybe(z.object({ id: z.string(), state: z.enum(runStates), scheduledAt: instant })),
  said: saidIn('reason'),
}
const viewAnswer = z.object(viewFields).meta({ id: 'ReminderState' })

const summaryFields = {
  ...viewFields,
  words: z.string().meta({ description: 'The schedule for people: every Monday at 08:00 (Africa/Nairobi).' }),
}
export const reminderAnswer = z.object(summaryFields).meta({ id: 'Reminder' })
export const remindersAnswer = pageOf(reminderAnswer).extend({
  total: z
    .object({
      count: count.meta({ description: 'How many there are on all pages.' }),
      isAll: z.boolean().meta({ description: 'False where there are more, and no more were counted.' }),
    })
    .optional()
    .meta({ description: 'Where it was asked for.' }),
})
export const reminderDetailsAnswer = z
  .object({
    ...summaryFields,
    upcoming: z.array(instantText).meta({ description: 'The fires after the next.' }),
    runs: z.array(runAnswer).meta({ description: 'The latest first.' }),
  })
  .meta({ id: 'ReminderDetails' })
export const reminderConfirmation = confirmationOf(viewAnswer)
export const firedAnswer = reminderConfirmation.extend({
  runId: z.string().optional().meta({ description: 'The run that was begun, or that was under way.' }),
})

const madeOrThere = { kind: z.enum(['created', 'exists']), state, scheduledAt: instantText }
const overAnswer = { kind: z.literal('ended'), state, endedAt: instantText, differences }

const createdFields = {
  key: z.string(),
  definition: definitionAnswer,
  digest: z.string(),
  warnings,
  said: saidOfWarnings,
}
export const createdAnswer = z
  .discriminatedUnion('kind', [
    z.object({ ...createdFields, ...madeOrThere }),
    z.object({ ...createdFields, ...overAnswer }),
  ])
  .meta({ id: 'Created' })

const ofMany = { index: count, key: z.string(), warnings, said: saidOfWarnings }
export const createdManyAnswer = z
  .object({
    counts: z.record(z.enum(['created', 'exists', 'ended', 'refused']), count),
    reminders: z.array(
      z.discriminatedUnion('kind', [
        z.object({ ...ofMany, ...madeOrThere }),
        z.object({ ...ofMany, ...overAnswer }),
        z.object({
          ...ofMany,
          kind: z.literal('refused'),
          code: z.enum(errorCodes),
          message: z.string(),
          differences,
        }),
      ]),
    ),
  })
  .meta({ id: 'CreatedMany' })

export const editedAnswer = z
  .object({
    kind: z.enum(['edited', 'unchanged']),
    key: z.string(),
    state,
    nextFire: instantText.optional(),
    definition: definitionAnswer,
    digest: z.string(),
    before: definitionAnswer,
    differences,
    warnings,
    said: saidOfWarnings,
  })
  .meta({ id: 'Edited' })

export const snoozedAnswer = z.object({
  key: z.string(),
  zone: z.string(),
  occurrence: instantText.meta({ description: 'As the calendar has it.' }),
  nextFire: instantText,
})
export const skippedAnswer = z.object({
  key: z.string(),
  zone: z.string(),
  kind: z.enum(['skipped', 'already']),
  occurrence: instantText,
  nextFire: instantText.optional(),
})

export const historyAnswer = z.object({
  key: z.string(),
  zone: z.string(),
  createdAt: instant,
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('request'),
        at: instant,
        action: z.string(),
        runId: maybe(z.string()),
        by: maybe(z.string()),
        reason: maybe(z.string()),
        said: saidIn('reason'),
      }),
      z.object({
        kind: z.literal('run'),
        at: instant,
        runId: z.string(),
        state: z.enum(runStates),
        trigger: z.enum(['schedule', 'fireNow']),
        reason: maybe(z.string()),
        finishedAt: maybe(instant),
        said: saidIn('reason'),
      }),
    ]),
  ),
  next: z.string().optional(),
})
export const upcomingAnswer = z.object({
  key: z.string(),
  zone: z.string(),
  upcoming: z.array(
    z.object({
      at: instantText,
      snoozedFrom: instantText.optional().meta({ description: 'The time that the calendar has.' }),
    }),
  ),
})
