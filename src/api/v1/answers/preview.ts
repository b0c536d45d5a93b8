import { z } from 'zod'
import { mediaKinds } from '../../../domain/definition.js'
import { leftOutPersonText, type LeftOutPerson } from '../../../domain/people.js'
import { reminderStates } from '../../../domain/states.js'
import { differenceAnswer } from '../problems.js'
import { cannotPost } from './groups.js'
import { definitionAnswer } from './reminders.js'
import { count, instantText, maybe } from './values.js'
import { saidOfWarnings } from './said.js'

const state = z.enum(reminderStates)
const differences = z.array(differenceAnswer)
const warnings = z.array(z.string())

const recipient = z.object({
  jid: z.string(),
  name: z.string().optional(),
  members: count.optional(),
  cannotPost: cannotPost.optional(),
  leftOutBecause: z.enum(Object.keys(leftOutPersonText) as [LeftOutPerson, ...LeftOutPerson[]]).optional(),
})

const part = z.union([
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.enum(mediaKinds),
    digest: z.string(),
    mime: z.string(),
    bytes: count,
    width: maybe(count),
    height: maybe(count),
    caption: z.string().optional(),
  }),
])

export const previewAnswer = z
  .object({
    key: z.string(),
    contentKey: z.string().meta({
      description: 'The key that it would have without one of its own: the same for the same content.',
    }),
    existing: z
      .object({ state, before: definitionAnswer, differences })
      .optional()
      .meta({ description: 'Missing where the key is free.' }),
    account: z.string(),
    words: z.string().meta({ description: 'The schedule for people.' }),
    zone: z.string(),
    zoneData: z.object({ version: z.string(), newerInNode: z.string().optional() }),
    occurrences: z.array(
      z.object({
        at: instantText,
        local: z.string().meta({ description: 'On the wall clock of the zone.' }),
        offset: z.string(),
        isOffsetNew: z.boolean(),
        shift: z
          .discriminatedUnion('kind', [
            z.object({ kind: z.literal('gap'), asked: z.string() }),
            z.object({ kind: z.literal('overlap') }),
          ])
          .optional(),
        snoozedFrom: instantText.optional(),
      }),
    ),
    audience: z.object({
      isLookedUpAgain: z.boolean(),
      recipients: z.array(recipient),
      leftOut: z.array(recipient),
    }),
    messages: z.array(z.object({ step: z.string().optional(), parts: z.array(part) })),
    delivery: z
      .object({
        sends: count,
        limitPerMinute: count,
        dailyCap: count.optional(),
        beginsAt: instantText,
        finishesAt: instantText,
        durationMs: z.number(),
        expiring: count,
      })
      .optional()
      .meta({ description: 'Of the first occurrence; missing where none is to come.' }),
    warnings,
    said: saidOfWarnings,
    definition: definitionAnswer,
  })
  .meta({ id: 'Preview' })

export const previewManyAnswer = z.object({
  counts: z.record(z.enum(['created', 'exists', 'ended', 'refused']), count),
  reminders: z.array(
    z.object({
      index: count,
      key: z.string(),
      kind: z.enum(['created', 'exists', 'ended', 'refused']),
      state: state.optional(),
      existingDigest: z
        .string()
        .optional()
        .meta({ description: 'Of the definition that it has, for the `If-Match` of an edit.' }),
      differences,
      words: z.string(),
      nextFire: instantText.optional(),
      definition: definitionAnswer,
      warnings,
      said: saidOfWarnings,
    }),
  ),
})
