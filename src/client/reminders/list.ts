import { isoInstant } from '../input/time.js'
import {
  reminderSorts,
  reminderStates,
  scheduleKinds,
  type ReminderSort,
  type ReminderState,
  type ScheduleKind,
} from '../../domain/states.js'
import { mostKeys } from '../../domain/search.js'
import { say } from '../../domain/sentences/say.js'
import type { Page } from '../../store/page.js'
import { countReminders } from '../../store/views/reminder-search.js'
import {
  findReminderViews,
  listReminders,
  type ReminderQuery,
  type ReminderView,
} from '../../store/views/reminders.js'
import { countUpcoming, listUpcoming, type UpcomingQuery } from '../../store/views/upcoming.js'
import { listedAccounts } from '../accounts/listed.js'
import type { ClientContext } from '../context.js'
import { InputError, type InputIssue } from '../errors.js'
import { mostCounted, readListQuery, type ListQuery } from '../paging.js'
import { checkStorable } from '../storable.js'
import { searchReminders } from './search.js'
import { summarized, type ReminderSummary } from './summary.js'

/**
 * `sort`: `newest`, when not given, or `oldest` by when they were created; `next`: those that fire, the next one first, which
 * no `states` and no `deleted` go with.
 */
export type ReminderListQuery = ListQuery<ReminderState, ReminderSort> & {
  /** Only those of this account. */
  account?: string
  /** These, in this order, the deleted ones too; those that are there. At most 50, and all on one page. */
  keys?: readonly string[]
  /** Those that were deleted, instead of the others. */
  deleted?: boolean
  /**
   * Only those that have each of these words in their key, their account or what they say. What they say is encrypted, so they are
   * opened one after the other: at most 2,000 of the list for one page, which may have fewer than `limit` then, and yet a `next`.
   */
  search?: string
  /** Only those that fire once, again and again, or in steps: looked for in the same way. */
  kind?: ScheduleKind
  /** With the sort `next`: no earlier and no later than these instants. */
  firesFrom?: string
  firesUntil?: string
  /** Whether to say how many there are on all pages. Not with `search` and `kind`. */
  count?: boolean
}

/** `total`: how many there are on all pages; `isAll` is false where there are more, and no more were counted. */
export type ReminderPage = Page<ReminderSummary> & { total?: Total }
export type Total = { count: number; isAll: boolean }

/** What is listed, in which order. */
export type ListedReminders =
  | ({ sort: 'newest' | 'oldest' } & Pick<ReminderQuery, 'operator' | 'states' | 'accounts' | 'deleted'>)
  | ({ sort: 'next' } & Pick<UpcomingQuery, 'operator' | 'accountIds' | 'from' | 'until'>)

/** @throws InputError */
export async function listed(context: ClientContext, query: ReminderListQuery): Promise<ReminderPage> {
  checkStorable({ search: query.search })
  checkTogether(query)
  const { account, keys, deleted, search, kind, firesFrom, firesUntil, count, ...paging } = query
  const { cursor, sort, limit, skip, states } = readListQuery(paging, {
    states: reminderStates,
    orders: reminderSorts,
    cursorOf: ['time', 'text'],
  })
  const { database, operator } = context
  const { accounts } = await listedAccounts(context, account)
  if (keys !== undefined) return summaries({ items: await thoseOf(context, { keys, accounts }) })
  const those: ListedReminders =
    sort === 'next'
      ? {
          sort,
          operator,
          ...(accounts && { accountIds: accounts }),
          ...(firesFrom !== undefined && { from: new Date(firesFrom) }),
          ...(firesUntil !== undefined && { until: new Date(firesUntil) }),
        }
      : {
          sort: sort ?? 'newest',
          operator,
          ...(states && { states }),
          ...(accounts && { accounts }),
          ...(deleted !== undefined && { deleted }),
        }
  const place = {
    limit,
    ...(skip !== undefined && { skip }),
    ...(cursor && { after: [cursor[0] ?? '', cursor[1] ?? ''] as [string, string] }),
  }
  if (search !== undefined || kind !== undefined)
    return summaries(await searchReminders(database, those, { ...place, search: search ?? '', kind }))
  const [page, total] = await Promise.all([
    those.sort === 'next'
      ? listUpcoming(database, { ...those, ...place })
      : listReminders(database, { ...those, order: those.sort, ...place }),
    count === true ? countedUp(context, those) : undefined,
  ])
  return { ...summaries(page), ...(total && { total }) }
}

async function thoseOf(
  { database, operator }: ClientContext,
  { keys, accounts }: { keys: readonly string[]; accounts: readonly string[] | undefined },
): Promise<ReminderView[]> {
  const views = await findReminderViews(database, { operator, keys })
  return [...new Set(keys)].flatMap((key) => {
    const view = views.get(key)
    return view === undefined || accounts?.includes(view.accountId) === false ? [] : [view]
  })
}

async function countedUp({ database }: ClientContext, those: ListedReminders): Promise<Total> {
  const upTo = mostCounted + 1
  const count =
    those.sort === 'next'
      ? await countUpcoming(database, { ...those, upTo })
      : await countReminders(database, { ...those, upTo })
  return { count: Math.min(count, mostCounted), isAll: count <= mostCounted }
}

/** What each field takes for itself, and does not go together. @throws InputError */
function checkTogether(query: ReminderListQuery): void {
  const { keys, sort, states, deleted, search, kind, count, skip, cursor, firesFrom, firesUntil } = query
  const isNext = sort === 'next'
  const isSearch = search !== undefined || kind !== undefined
  const issues: InputIssue[] = []
  const refuse = (field: string, expected: string, got?: string): unknown =>
    issues.push({ field, expected, ...(got !== undefined && { got }) })
  if (isNext && ((states?.length ?? 0) > 0 || deleted === true))
    refuse('sort', say('statesWithNext'), "'next'")
  if (kind !== undefined && !scheduleKinds.includes(kind))
    refuse('kind', say('oneOf', { list: scheduleKinds.join(', ') }), `'${kind}'`)
  if (search !== undefined && search.length > mostSearched)
    refuse('search', say('mostCharacters', { max: mostSearched }), `${search.length}`)
  for (const [field, at] of Object.entries({ firesFrom, firesUntil })) {
    if (at === undefined) continue
    if (!isoInstant.test(at) || Number.isNaN(Date.parse(at))) refuse(field, say('instantExpected'), `'${at}'`)
    else if (!isNext) refuse(field, say('nextWithTimes'))
  }
  if (keys !== undefined) {
    if (keys.length > mostKeys)
      refuse('key', say('atMostOf', { max: mostKeys, of: say('phraseKeys') }), `${keys.length}`)
    // What else would be asked of them is seen on the one page that they are.
    const alone = { states, sort, deleted, search, kind, count, skip, cursor, firesFrom, firesUntil }
    if (Object.values(alone).some((value) => value !== undefined)) refuse('key', say('keysAlone'))
  }
  if (isSearch && count === true) refuse('count', say('countWithSearch'))
  if (skip !== undefined && (isSearch || cursor !== undefined)) refuse('skip', say('skipWithSearch'))
  if (issues.length > 0) throw new InputError(issues)
}

/** Characters of a search. */
export const mostSearched = 200

function summaries(page: Page<ReminderView>): Page<ReminderSummary> {
  return { ...page, items: page.items.map((view) => summarized(view)) }
}
