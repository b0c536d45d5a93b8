import { z } from 'zod'
import { definitionDefaults, maxRecipients } from '../../../domain/definition.js'
import { formatDuration } from '../../../domain/duration.js'
import { accountIdPattern, dedupeKeyPattern } from '../../../domain/ids.js'
import { unstorablePaths } from '../../../domain/storable-text.js'
import type { InputIssue } from '../../errors.js'
import { describeShape, nearestTo, toInputIssues } from '../issues.js'
import { calendarFields } from './calendar.js'
import { contentFields, partFieldNames } from './content.js'
import { duration, listOf, wholeNumber } from './values.js'
import type { WindowInput } from '../window.js'
import { removable } from '../written-forms.js'
import { unstorableIssues } from '../../storable.js'
import { say } from '../../../domain/sentences/say.js'

const recipientText = z
  .string({ error: say('recipientQuoted') })
  .trim()
  .min(1, { error: say('recipientExpected') })

/** What callers write, in YAML, JSON or flags. Every field is optional here; what must be there depends on others. */
export const reminderInputSchema = z.strictObject({
  key: z
    .string({ error: say('textQuoted') })
    .regex(dedupeKeyPattern, {
      error: say('keyForm'),
    })
    .optional()
    .meta({
      description:
        'Your own name for it, without names or numbers of people. The same key and content are one reminder, for good; a hash of the content when not given.',
    }),
  account: z
    .string({ error: say('accountExpected') })
    .regex(accountIdPattern, { error: say('accountIdForm') })
    .optional()
    .meta({ description: 'Which account sends it; needed where there are several.' }),
  to: listOf(recipientText, { of: 'phraseRecipients', one: 'phraseRecipient', max: maxRecipients }).meta({
    description:
      '`all groups`, which are looked up when it fires, or names of groups, group JIDs and phone numbers (`+15551234567`).',
  }),
  ...contentFields,
  ...calendarFields,
  priority: wholeNumber(0, 9)
    .optional()
    .meta({
      description: `Higher goes first where two wait for one account; ${definitionDefaults.priority} when not given.`,
    }),
  catchUp: duration('15m or 1h30m')
    .optional()
    .meta({
      description: `How late it may still begin, such as \`15m\`, before it is recorded as missed; \`${formatDuration(definitionDefaults.catchUpMs)}\` when not given.`,
    }),
  deliverWithin: duration('45m or 12h')
    .refine((ms) => ms >= 1_000, { error: say('secondAtLeast') })
    .optional()
    .meta({
      description: `What is not sent so long after its time expires; \`${formatDuration(definitionDefaults.deliverWithinMs)}\` when not given.`,
    }),
  onUncertain: z
    .enum(['resend', 'unknown'], { error: say('eitherWord', { one: 'resend', other: 'unknown' }) })
    .optional()
    .meta({
      description: `Where it is not known whether a message left: it is sent again under the same id, or left as unknown; \`${definitionDefaults.onUncertain}\` when not given.`,
    }),
  groupConcurrency: wholeNumber(1, 20)
    .optional()
    .meta({ description: `So many groups at once; ${definitionDefaults.groupConcurrency} when not given.` }),
  ratePerMinute: removable(wholeNumber(1, 100_000).optional()).meta({
    description: 'Fewer messages in any minute than the account may send.',
  }),
})

type Loose = 'to' | 'until' | 'count' | 'except' | 'also' | 'window' | 'steps' | 'ratePerMinute'
type Written = z.input<typeof reminderInputSchema>
type PartInput = NonNullable<Written['parts']>[number]
type StepWritten = string | ({ offset: string; at?: string; parts?: PartInput[] } & PartInput)

/**
 * The friendly form of a reminder. The files in `examples/` explain each field. Where a field may be null it may be
 * `none` too: an edit or a clone takes it away with that.
 */
export type ReminderInput = Omit<Written, Loose> & {
  to?: string | readonly string[] | undefined
  until?: string | null | undefined
  count?: number | 'none' | null | undefined
  except?: string | readonly string[] | null | undefined
  also?: string | readonly string[] | null | undefined
  window?: WindowInput | null | undefined
  steps?: readonly StepWritten[] | undefined
  ratePerMinute?: number | 'none' | null | undefined
}
export type ParsedInput = z.output<typeof reminderInputSchema>

const fieldNames = Object.keys(reminderInputSchema.shape)
/** Who gives so many names that do not exist has not mistyped them. */
const mostSuggestions = 20

/** The fields that can be used, and an issue for each of the others. */
export function parseReminderInput(input: unknown): { fields: ParsedInput; issues: InputIssue[] } {
  if (input === null || typeof input !== 'object' || Array.isArray(input))
    return {
      fields: {},
      issues: [{ field: 'reminder', got: describeShape(input), expected: say('fieldsExpected') }],
    }
  const unstorable = unstorableIssues(input)
  const parsed = reminderInputSchema.safeParse(input)
  if (parsed.success && unstorable.length === 0) return { fields: parsed.data, issues: [] }
  const told = new Set(unstorable.map((issue) => issue.field))
  const malformed = toInputIssues(input, parsed.error?.issues ?? []).filter(({ field }) => !told.has(field))
  const issues = [
    ...unstorable,
    ...malformed.slice(0, mostSuggestions).map((issue) => withSuggestion(issue)),
    ...malformed.slice(mostSuggestions),
  ]
  const bad = new Set([
    ...(parsed.error?.issues ?? []).flatMap((issue) => fieldsOf(issue)),
    ...unstorablePaths(input).map(([name]) => String(name)),
  ])
  const usable = Object.fromEntries(Object.entries(input).filter(([name]) => !bad.has(name)))
  return { fields: reminderInputSchema.parse(usable), issues }
}

/** The fields of the input that an issue is about. */
function fieldsOf({ path, ...issue }: z.core.$ZodIssue): PropertyKey[] {
  const [field] = path
  if (field !== undefined) return [field]
  return issue.code === 'unrecognized_keys' ? issue.keys : []
}

function withSuggestion(issue: InputIssue): InputIssue {
  if (issue.expected !== say('unknownField', {})) return issue
  const word = issue.field.split('.').at(-1) ?? ''
  const known = issue.field.startsWith('steps')
    ? ['offset', 'at', 'parts', ...partFieldNames]
    : issue.field.includes('.')
      ? partFieldNames
      : fieldNames
  return { ...issue, expected: say('unknownField', { meant: nearestTo(word, known) }) }
}
