import type { Situation } from '../../../protocol/payloads.js'
import { postgresNowMs } from '../../../store/database.js'
import { saveDefinitions } from '../../../store/reminders/definitions.js'
import { insertReminders } from '../../../store/reminders/new-reminders.js'
import { situationOfNew } from '../../../store/reminders/situations.js'
import { findReminderViews, type ReminderView } from '../../../store/views/reminders.js'
import { askerOf, type ClientContext } from '../../context.js'
import { CarillonError } from '../../errors.js'
import type { OneOfMany } from './read.js'

export type Stored =
  | { kind: 'created'; one: OneOfMany; situation: Situation }
  /** The key was taken before. */
  | { kind: 'found'; one: OneOfMany; view: ReminderView }

// A kill leaves about so many rows without a workflow, and a statement for fewer would cost more for each.
const rowsAtOnce = 50

/** Takes the keys, some at a time, and no sooner than they are asked for. */
export async function* storeInTurn(
  context: ClientContext,
  all: readonly OneOfMany[],
): AsyncGenerator<Stored> {
  // One clock for all: recurring calendars count from here on.
  const since = new Date(await postgresNowMs(context.database)).toISOString()
  for (let from = 0; from < all.length; from += rowsAtOnce)
    yield* await store(context, { some: all.slice(from, from + rowsAtOnce), since })
}

async function store(
  context: ClientContext,
  { some, since }: { some: readonly OneOfMany[]; since: string },
): Promise<Stored[]> {
  const { database, operator } = context
  await saveDefinitions(database, new Map(some.map(({ digest, definition }) => [digest, definition])))
  const begun = some.map((one) => ({ one, ...situationOfNew({ ...one, since }) }))
  const created = await insertReminders(
    database,
    {
      operator,
      reminders: begun.map(({ one: { key, definition, digest }, cursor, situation }) => ({
        dedupeKey: key,
        accountId: definition.account,
        digest,
        nextFire: situation.nextFire ?? null,
        cursor,
      })),
    },
    askerOf(context),
  )
  const taken = some.filter(({ key }) => !created.has(key)).map(({ key }) => key)
  const found =
    taken.length === 0
      ? new Map<string, ReminderView>()
      : await findReminderViews(database, { operator, keys: taken })
  return begun.map(({ one, situation }) => {
    if (created.has(one.key)) return { kind: 'created', one, situation }
    const view = found.get(one.key)
    if (view === undefined)
      throw new CarillonError(
        'conflict',
        `The reminder '${one.key}' was taken back while it was being created again.`,
      )
    return { kind: 'found', one, view }
  })
}
