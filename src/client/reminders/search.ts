import { hasWords, searchWords } from '../../domain/search.js'
import type { ScheduleKind } from '../../domain/states.js'
import type { Database } from '../../store/database.js'
import { encodeCursor, type Page } from '../../store/page.js'
import { listSearchable, listSearchableUpcoming, type Searchable } from '../../store/views/reminder-search.js'
import { findReminderViews, type ReminderView } from '../../store/views/reminders.js'
import type { ListedReminders } from './list.js'

/** Opened at a time: between two of them others have their turn. */
const batch = 250
/** Opened for one page, whatever of it is found. */
const mostOpened = 2_000

/**
 * Those of a list that fit, in its order. What reminders say is encrypted, with nothing in Postgres by which it could be looked up
 * (decision 0071), so they are opened one after the other.
 */
export async function searchReminders(
  database: Database,
  those: ListedReminders,
  {
    limit,
    after,
    search,
    kind,
  }: { limit: number; after?: [string, string]; search: string; kind: ScheduleKind | undefined },
): Promise<Page<ReminderView>> {
  const words = searchWords(search)
  const found: Searchable[] = []
  let place = after
  let isMore = true
  for (let opened = 0; isMore && opened < mostOpened && found.length < limit; opened += batch) {
    const looked = await searchable(database, those, { limit: batch, ...(place && { after: place }) })
    isMore = looked.length === batch
    for (const [index, one] of looked.entries()) {
      place = one.place
      if (!fits(one, words, kind)) continue
      found.push(one)
      if (found.length < limit) continue
      isMore ||= index < looked.length - 1
      break
    }
  }
  const { operator } = those
  const views = await findReminderViews(database, { operator, keys: found.map(({ key }) => key) })
  return {
    // One that was removed in between is not there any more.
    items: found.flatMap(({ key }) => views.get(key) ?? []),
    ...(isMore && place && { next: encodeCursor(place) }),
  }
}

async function searchable(
  database: Database,
  those: ListedReminders,
  place: { limit: number; after?: [string, string] },
): Promise<Searchable[]> {
  return those.sort === 'next'
    ? await listSearchableUpcoming(database, { ...those, ...place })
    : await listSearchable(database, { ...those, order: those.sort, ...place })
}

function fits(one: Searchable, words: readonly string[], kind: ScheduleKind | undefined): boolean {
  return (kind === undefined || one.kind === kind) && hasWords(words, [one.key, one.accountId, ...one.says])
}
