import { cannotPostText } from '../../domain/groups.js'
import { defaultRatePerMinute } from '../../domain/accounts/limits.js'
import { describeSchedule } from '../../domain/calendar/words/words.js'
import {
  canonicalJson,
  differences,
  type Difference,
  type ReminderDefinition,
} from '../../domain/definition.js'
import { isFinalReminder, type ReminderState } from '../../domain/states.js'
import { knownPeople } from '../../store/accounts/people.js'
import { listAccounts } from '../../store/views/accounts.js'
import { findGroupsRead, listGroups } from '../../store/views/groups.js'
import { listMedia } from '../../store/views/media.js'
import { findReminderView, type ReminderView } from '../../store/views/reminders.js'
import type { ClientContext } from '../context.js'
import { changesSchedule, keptContent, mergedInput } from '../input/edit.js'
import { InputError } from '../errors.js'
import { findReminder, refuseHidden } from '../reminders/find.js'
import { pastIssue } from '../reminders/first-fire.js'
import { inputContext } from '../input/context.js'
import { describeValue } from '../input/issues.js'
import type { ReminderInput } from '../input/schema/reminder.js'
import { previewAudience, type PreviewedAudience, type PreviewedRecipient } from './audience.js'
import { collisionWarnings } from './collisions.js'
import { previewDelivery, type PreviewedDelivery } from './duration.js'
import { previewOccurrences, type PreviewedOccurrence } from './occurrences.js'
import { mediaOf, previewMessages, summaryOf, type PreviewedMessage } from './parts.js'
import { deliveryWarnings } from './warnings.js'
import { sealingOf } from '../../store/database.js'
import { derivedKey, readReminderInput, type ReadReminder } from '../input/reminder.js'
import { zoneData, type ZoneData } from '../../zone-data.js'
import { say } from '../../domain/sentences/say.js'
import type { SaidWarnings } from '../../domain/sentences/read.js'

export type PreviewOptions = {
  /** An existing reminder: as it is, or as the input would change it. */
  key?: string
  /** Where relative image paths begin; the current folder when not given. */
  folder?: string
  /** How many of the next occurrences are shown, 1 to 100; 5 when not given. */
  next?: number
}

export type Preview = {
  key: string
  /** The key that it would have without one of its own: the same for the same content, also where it begins "now". */
  contentKey: string
  /** Missing where the key is free. */
  existing?: {
    state: ReminderState
    before: ReminderDefinition
    /** The fields that would differ from now. */
    differences: Difference[]
  }
  account: string
  /** The schedule for people. */
  words: string
  zone: string
  /** The rules that the occurrences were computed with. */
  zoneData: ZoneData
  occurrences: PreviewedOccurrence[]
  audience: PreviewedAudience
  messages: PreviewedMessage[]
  /** Of the first occurrence; missing where none is to come. */
  delivery?: PreviewedDelivery
  warnings: string[]
  said?: SaidWarnings
  definition: ReminderDefinition
}

const defaultNext = 5

/**
 * Tells what a create would do, and does none of it: nothing is stored, and no workflow is asked.
 * @throws InputError as a create would; CarillonError `not_found` for a key that is not there
 */
export async function previewReminder(
  context: ClientContext,
  { input, options }: { input: ReminderInput; options: PreviewOptions },
): Promise<Preview> {
  const limit = readNext(options.next)
  const now = new Date()
  const { read, existing } = await readPreviewed(context, { input, options, now })
  const { definition, key, media } = read
  const { database, operator } = context
  const { account: accountId, schedule } = definition
  const groups = await listGroups(database, accountId)
  const account = (await listAccounts(database, operator)).find(({ id }) => id === accountId)
  const shown = [...(await listMedia(database, mediaOf(definition))), ...media.map((one) => summaryOf(one))]

  const jids = definition.audience.kind === 'list' ? definition.audience.recipients : []
  const people = await knownPeople(database, { accountId, jids })
  const audience = previewAudience(definition.audience, { groups, people })
  const messages = previewMessages(definition, new Map(shown.map((one) => [one.digest, one])))
  const isUnchangedSchedule =
    existing !== undefined && canonicalJson(existing.definition.schedule) === canonicalJson(schedule)
  const occurrences = previewOccurrences(definition, {
    now,
    limit,
    existing: isUnchangedSchedule ? existing : undefined,
  })
  const [first] = occurrences
  const parts = Math.max(...messages.map((message) => message.parts.length))
  const limits = {
    ratePerMinute: account?.ratePerMinute ?? defaultRatePerMinute,
    dailyCap: account?.dailyCapNow ?? null,
  }
  const delivery =
    first === undefined
      ? undefined
      : previewDelivery(definition, {
          at: first.at,
          sends: audience.recipients.length * parts,
          limits,
        })
  const warnings = [...read.warnings]
  if (
    definition.audience.kind === 'allGroups' &&
    (await findGroupsRead(database, accountId))?.readAt === null
  )
    warnings.push(say('noGroupsRead', { account: accountId }))
  warnings.push(...audience.recipients.flatMap((recipient) => cannotPostWarning(recipient)))
  warnings.push(...people.flatMap((person) => movedWarning(person)))
  if (first !== undefined && delivery !== undefined) {
    warnings.push(...deliveryWarnings(definition, { audience, at: first.at, delivery }))
    const found = { key, definition, occurrences, delivery, limits, groups: groups.length }
    warnings.push(...(await collisionWarnings(context, found)))
  }
  return {
    key,
    contentKey: derivedKey(await sealingOf(database), definition, read),
    ...(existing && {
      existing: {
        state: existing.state,
        before: existing.definition,
        differences: differences(existing.definition, definition),
      },
    }),
    account: accountId,
    words: describeSchedule(schedule),
    zone: schedule.zone,
    zoneData: zoneData(),
    occurrences,
    audience,
    messages,
    ...(delivery && { delivery }),
    warnings,
    definition,
  }
}

type Previewed = {
  read: Pick<ReadReminder, 'key' | 'definition' | 'media' | 'warnings' | 'hasOwnStart'>
  existing?: ReminderView
}

async function readPreviewed(
  context: ClientContext,
  { input, options: { key, folder }, now }: { input: ReminderInput; options: PreviewOptions; now: Date },
): Promise<Previewed> {
  const against = await inputContext(context, { now, folder })
  if (key === undefined) {
    const read = await readReminderInput(input, against)
    await refuseHidden(context, [read.key])
    const existing = await findReminderView(context.database, { operator: context.operator, key: read.key })
    tellPast(read, { now, isNew: existing === undefined })
    if (existing !== undefined) read.warnings.push(takenWarning(existing))
    return { read, ...(existing && { existing }) }
  }
  const existing = await findReminder(context, key)
  if (isFinalReminder(existing.state))
    return {
      read: {
        key,
        definition: existing.definition,
        media: [],
        hasOwnStart: true,
        warnings: [say('isOver', { state: existing.state })],
      },
      existing,
    }
  const { definition } = existing
  const merged = { ...mergedInput(definition, input), key }
  const read = await readReminderInput(merged, against, { kept: keptContent(definition, input) })
  tellPast(read, { now, isNew: changesSchedule(input) })
  if (existing.state === 'paused') read.warnings.push(say('isPaused'))
  return { read, existing }
}

/** @throws InputError for a new reminder that could never be sent, as a create does */
function tellPast(
  { definition, warnings }: Pick<ReadReminder, 'definition' | 'warnings'>,
  { now, isNew }: { now: Date; isNew: boolean },
): void {
  const past = pastIssue(definition, now)
  if (past?.kind === 'warning') warnings.push(past.text)
  if (past?.kind === 'issue' && isNew) throw new InputError([past.issue])
}

function cannotPostWarning({ jid, name = jid, cannotPost }: PreviewedRecipient): string[] {
  if (cannotPost === undefined) return []
  return [say('cannotPostTo', { name, why: cannotPostText[cannotPost] })]
}

/** The number may belong to somebody else by now. */
function movedWarning({ jid, hasMoved }: { jid: string; hasMoved: boolean }): string[] {
  if (!hasMoved) return []
  return [say('hasMoved', { person: jid })]
}

function takenWarning({ key, state }: ReminderView): string {
  return isFinalReminder(state) ? say('keyOfEnded', { key, state }) : say('keyOfOther', { key, state })
}

function readNext(next: number | undefined): number {
  if (next === undefined) return defaultNext
  if (Number.isInteger(next) && next >= 1 && next <= 100) return next
  throw new InputError([
    { field: 'next', got: describeValue(next), expected: say('wholeNumber', { min: 1, max: 100 }) },
  ])
}
