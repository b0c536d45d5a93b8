import { describeSchedule } from '../../domain/calendar/words/words.js'
import { runWorkflowId } from '../../domain/ids.js'
import type { RunState } from '../../domain/states.js'
import { spellInstant } from '../../domain/hours/zone.js'
import { encodeCursor } from '../../store/page.js'
import { findReminderViews } from '../../store/views/reminders.js'
import {
  countPastOccurrences,
  listPastOccurrences,
  type DayCount,
  type PastOccurrence,
} from '../../store/views/occurrences.js'
import { titleOf } from '../../words/title.js'
import { listedAccounts } from '../accounts/listed.js'
import type { ClientContext } from '../context.js'
import { firstFew } from './first-few.js'
import { findReminder } from './find.js'
import { forEachToCome, type ToCome } from './occurrences-to-come.js'
import { readOccurrencesQuery, type OccurrencesQuery } from './occurrences-query.js'

export type Occurrence = {
  key: string
  /** The time that the calendar has, an instant in UTC: it names the occurrence. */
  occurrence: string
  /** When it is due, or was: another time where it was moved. */
  at: string
  /** The same on the clock of the reminder's zone: `2026-11-24T09:00:00`. */
  local: string
  /** `scheduled`: it is to come; else that of its run, or why it has none. */
  state: 'scheduled' | RunState
  /** Where it was begun. */
  runId?: string
}

export type OccurrencesPage = {
  /** Each day that has any, all of them, whatever is listed: `troubled` failed for some or all, or were missed. */
  days: DayCount[]
  /** In the order of their local times. */
  items: Occurrence[]
  /** Of those that are listed. */
  reminders: { key: string; accountId: string; zone: string; words: string; title?: string }[]
  next?: string
}

type Entry = Occurrence & { id: string }

/** What is to come, and what became of what was due, on days that are those of each reminder's own zone. */
export async function occurrencesOfDays(
  context: ClientContext,
  query: OccurrencesQuery,
): Promise<OccurrencesPage> {
  const { database, operator } = context
  const { from, to, key, limit, perDay, after } = readOccurrencesQuery(query)
  if (key !== undefined) await findReminder(context, key)
  const wanted = {
    operator,
    from,
    to,
    ...(await listedAccounts(context, query.account)),
    ...(key !== undefined && { key }),
  }
  const [past, counted] = await Promise.all([
    listPastOccurrences(database, {
      ...wanted,
      perDay: perDay ?? limit + 1,
      limit: perDay === undefined ? limit + 1 : Number.MAX_SAFE_INTEGER,
      ...(after && { after }),
    }),
    countPastOccurrences(database, wanted),
  ])
  const days = new Map(counted.map((one) => [one.day, one]))
  const listed = perDay === undefined ? listOfAll(limit + 1) : listByDay(perDay)
  for (const one of past) listed.add(entryOf(one))
  await forEachToCome(database, { ...wanted, now: new Date() }, (one) => {
    const day = one.local.slice(0, 10)
    const found = days.get(day)
    if (found) found.count += 1
    else days.set(day, { day, count: 1, troubled: 0 })
    const entry = scheduled(operator, one)
    if (!after || compare(entry, { local: after[0], id: after[1] }) > 0) listed.add(entry)
  })

  const found = listed.items()
  const items = perDay === undefined ? found.slice(0, limit) : found
  const last = items.at(-1)
  return {
    days: [...days.values()].toSorted((a, b) => (a.day < b.day ? -1 : 1)),
    items: items.map(({ id: _id, ...one }) => one),
    reminders: await remindersOf(context, items),
    ...(found.length > items.length && last && { next: encodeCursor([last.local, last.id]) }),
  }
}

function entryOf({ id, key, state, occurrence, dueAt, local }: PastOccurrence): Entry {
  return {
    id,
    key,
    occurrence: spellInstant(occurrence),
    at: spellInstant(dueAt),
    local,
    state,
    ...(state !== 'missed' && state !== 'skipped' && { runId: id }),
  }
}

function scheduled(operator: string, { key, occurrence, dueAt, local }: ToCome): Entry {
  return {
    key,
    occurrence,
    at: dueAt,
    local,
    state: 'scheduled',
    // Only where two are at the same time: there may be hundreds of thousands.
    get id() {
      return runWorkflowId(operator, key, occurrence)
    },
  }
}

type Place = { local: string; id: string }

function compare(a: Place, b: Place): number {
  if (a.local !== b.local) return a.local < b.local ? -1 : 1
  if (a.id === b.id) return 0
  return a.id < b.id ? -1 : 1
}

type List = { add(one: Entry): void; items(): readonly Entry[] }

function listOfAll(limit: number): List {
  const first = firstFew<Entry>(limit, compare)
  return { add: (one) => first.add(one), items: () => first.items }
}

function listByDay(perDay: number): List {
  const days = new Map<string, ReturnType<typeof firstFew<Entry>>>()
  return {
    add(one) {
      const day = one.local.slice(0, 10)
      const first = days.get(day) ?? firstFew<Entry>(perDay, compare)
      days.set(day, first)
      first.add(one)
    },
    items: () => [...days.values()].flatMap(({ items }) => items).toSorted(compare),
  }
}

async function remindersOf(
  { database, operator }: ClientContext,
  items: readonly Entry[],
): Promise<OccurrencesPage['reminders']> {
  const keys = [...new Set(items.map(({ key }) => key))]
  const views = await findReminderViews(database, { operator, keys })
  return keys.flatMap((key) => {
    const view = views.get(key)
    if (!view) return []
    const { accountId, definition } = view
    const { schedule } = definition
    const title = titleOf(definition)
    return {
      key,
      accountId,
      zone: schedule.zone,
      words: describeSchedule(schedule),
      ...(title !== undefined && { title }),
    }
  })
}
