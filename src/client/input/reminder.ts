import { createHash } from 'node:crypto'
import {
  canonicalJson,
  definitionDefaults,
  reminderDefinition,
  type Audience,
  type ReminderDefinition,
} from '../../domain/definition.js'
import type { MediaToStore } from '../../store/reminders/media.js'
import { InputError } from '../errors.js'
import { readAccount } from './account.js'
import { readContent, type Content } from './content.js'
import type { InputContext, FieldReading } from './field-reading.js'
import { resolveRecipients } from './recipients.js'
import { overfullIssues } from './steps.js'
import { readSchedule } from './schedule.js'
import { parseReminderInput } from './schema/reminder.js'
import { withoutNones } from './nones.js'
import { say } from '../../domain/sentences/say.js'

export type { InputContext } from './field-reading.js'

export type ReadReminder = {
  key: string
  definition: ReminderDefinition
  media: MediaToStore[]
  warnings: string[]
  /** False where a recurrence begins "now" because nothing says when: another time is as good. */
  hasOwnStart: boolean
}

/**
 * The friendly input as a canonical definition. Reads files, stores nothing.
 *
 * @param kept what an existing reminder sends, for an edit that does not say
 * @throws InputError with every field that can't be used
 */
export async function readReminderInput(
  input: unknown,
  context: InputContext,
  { kept }: { kept?: Content | undefined } = {},
): Promise<ReadReminder> {
  const wanted = withoutNones(input)
  const { fields, issues } = parseReminderInput(wanted)
  const given = wanted !== null && typeof wanted === 'object' ? (wanted as Record<string, unknown>) : {}
  const warnings: string[] = []
  const wasGiven = (field: string) => given[field] !== undefined
  const reading: FieldReading = { fields, issues, warnings, context, wasGiven }

  const account = readAccount(reading)
  const audience = await readAudience(reading, account)
  const { content, media } = await readContent(reading, { kept })
  const read = readSchedule(reading)

  if (issues.length > 0 || account === undefined || audience === undefined || read === undefined)
    throw new InputError(issues)
  const definition = reminderDefinition.parse({
    version: 2,
    account,
    audience,
    ...forSchedule(content, read.schedule.kind),
    schedule: read.schedule,
    overlap: fields.overlap ?? definitionDefaults.overlap,
    ...(fields.window && { window: fields.window }),
    priority: fields.priority ?? definitionDefaults.priority,
    catchUpMs: fields.catchUp ?? definitionDefaults.catchUpMs,
    deliverWithinMs: fields.deliverWithin ?? definitionDefaults.deliverWithinMs,
    onUncertain: fields.onUncertain ?? definitionDefaults.onUncertain,
    groupConcurrency: fields.groupConcurrency ?? definitionDefaults.groupConcurrency,
    ...(fields.ratePerMinute !== undefined && { ratePerMinute: fields.ratePerMinute }),
  } satisfies ReminderDefinition)
  const overfull = overfullIssues(definition)
  if (overfull.length > 0) throw new InputError(overfull)
  const { hasOwnStart } = read
  return {
    key: fields.key ?? (await keyOfContent(context, definition, { hasOwnStart })),
    definition,
    media,
    warnings,
    hasOwnStart,
  }
}

/** The same content has the same key, also where it was created before these were keyed. */
async function keyOfContent(
  context: InputContext,
  definition: ReminderDefinition,
  start: { hasOwnStart: boolean },
): Promise<string> {
  const unkeyed = (_purpose: string, text: string) => createHash('sha256').update(text).digest('hex')
  const before = derivedKey({ digest: unkeyed }, definition, start)
  return (await context.knowsKey?.(before)) === true ? before : derivedKey(context, definition, start)
}

/** A keyed hash of the definition: creating the same thing twice creates one reminder, also where it begins "now". */
export function derivedKey(
  { digest }: Pick<InputContext, 'digest'>,
  definition: ReminderDefinition,
  { hasOwnStart }: { hasOwnStart: boolean } = { hasOwnStart: true },
): string {
  const { schedule } = definition
  const hashed =
    hasOwnStart || schedule.kind !== 'recurring'
      ? definition
      : { ...definition, schedule: { ...schedule, start: undefined } }
  return `auto-${digest('derived key', canonicalJson(hashed)).slice(0, 24)}`
}

function forSchedule({ parts, stepParts }: Content, kind: ReminderDefinition['schedule']['kind']): Content {
  return kind === 'steps' && stepParts !== undefined ? { parts, stepParts } : { parts }
}

async function readAudience(
  { fields, wasGiven, context, issues, warnings }: FieldReading,
  accountId: string | undefined,
): Promise<Audience | undefined> {
  if (fields.to === undefined) {
    if (!wasGiven('to')) issues.push({ field: 'to', expected: say('recipientsMissing') })
    return undefined
  }
  if (accountId === undefined) return undefined
  const known = await context.groupsOf(accountId, fields.to)
  const resolved = resolveRecipients({ to: fields.to, ...known, accountId })
  issues.push(...resolved.issues)
  warnings.push(...resolved.warnings)
  return resolved.audience
}
