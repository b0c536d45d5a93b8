import type { SaidWarnings } from '../../../domain/sentences/read.js'
import { describeSchedule } from '../../../domain/calendar/words/words.js'
import type { Difference, ReminderDefinition } from '../../../domain/definition.js'
import { isFinalReminder, type ReminderState } from '../../../domain/states.js'
import { findReminderViews, type ReminderView } from '../../../store/views/reminders.js'
import type { ClientContext } from '../../context.js'
import { firstFire } from '../first-fire.js'
import { differencesOf } from './differences.js'
import { readMany, type OneOfMany, type ToRead } from './read.js'

/** What a create would do with one of a list. */
export type PreviewedOfMany = {
  /** Its place in the list, from 0. */
  index: number
  key: string
  /** `created`, or what there is: the same reminder, one that is over, or one with another definition. */
  kind: 'created' | 'exists' | 'ended' | 'refused'
  /** Missing where the key is free. */
  state?: ReminderState
  /** Of the definition that it has: an edit may say that it is of this one. Missing where the key is free. */
  existingDigest?: string
  differences: Difference[]
  /** The schedule for people. */
  words: string
  /** An instant in UTC; missing where nothing would be sent. */
  nextFire?: string
  definition: ReminderDefinition
  warnings: string[]
  said?: SaidWarnings
}

export type PreviewManyOptions = Partial<Omit<ToRead, 'inputs'>>

export type PreviewMany = {
  counts: Record<PreviewedOfMany['kind'], number>
  reminders: PreviewedOfMany[]
}

const keysAtOnce = 1_000

/** @throws InputError as `createMany` does; nothing is stored */
export async function previewMany(context: ClientContext, given: ToRead): Promise<PreviewMany> {
  const { database, operator } = context
  const now = new Date()
  const { all } = await readMany(context, { ...given, now })
  const reminders: PreviewedOfMany[] = []
  for (let from = 0; from < all.length; from += keysAtOnce) {
    const some = all.slice(from, from + keysAtOnce)
    const known = await findReminderViews(database, { operator, keys: some.map(({ key }) => key) })
    reminders.push(...some.map((one) => previewOf(one, { view: known.get(one.key), now })))
  }
  const counts = { created: 0, exists: 0, ended: 0, refused: 0 }
  for (const { kind } of reminders) counts[kind] += 1
  return { counts, reminders }
}

function previewOf(
  one: OneOfMany,
  { view, now }: { view: ReminderView | undefined; now: Date },
): PreviewedOfMany {
  const { index, key, definition, warnings, sameAs } = one
  const differences = view === undefined ? [] : differencesOf(one, view)
  const isNew = view === undefined && sameAs === undefined
  const kind = isNew ? 'created' : kindOf(view, differences)
  const nextFire = nextFireOf(one, { kind, view, now })
  return {
    index,
    key,
    kind,
    ...(view && { state: view.state, existingDigest: view.digest }),
    differences,
    words: describeSchedule(definition.schedule),
    ...(nextFire !== undefined && { nextFire }),
    definition,
    warnings,
  }
}

function kindOf(view: ReminderView | undefined, differences: Difference[]): PreviewedOfMany['kind'] {
  if (view !== undefined && isFinalReminder(view.state)) return 'ended'
  return differences.length > 0 ? 'refused' : 'exists'
}

function nextFireOf(
  { definition }: OneOfMany,
  { kind, view, now }: { kind: PreviewedOfMany['kind']; view: ReminderView | undefined; now: Date },
): string | undefined {
  if (kind === 'created') return firstFire(definition, now)
  return kind === 'exists' ? view?.nextFire?.toISOString() : undefined
}
