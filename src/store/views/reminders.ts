import { storedDefinition } from '../reminders/definitions.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import { reminderStates, type ReminderSort, type ReminderState, type RunState } from '../../domain/states.js'
import type { Move } from '../../domain/firing.js'
import type { Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'
import type { WithSaid } from '../../domain/sentences/read.js'

export type ReminderView = WithSaid<'reason'> & {
  key: string
  accountId: string
  state: ReminderState
  /** Why it is in this state. */
  reason: string | null
  nextFire: Date | null
  /** The occurrence of the next fire, where that was snoozed. */
  snoozedFrom: Date | null
  /** What is not at its own time, in the order of those; `to` is null where it was left out, or begun early. */
  moved: { from: Date; to: Date | null }[]
  /** The calendar's occurrences up to here are begun, left out, or put off. */
  dealtWithUntil: Date | null
  /** An occurrence that is due and waits for the run under way. */
  bufferedAt: Date | null
  /** When it resumes by itself, where it is paused and that is known. */
  pausedUntil: Date | null
  createdAt: Date
  endedAt: Date | null
  deletedAt: Date | null
  /** How often it was edited. */
  revision: number
  /** Of the definition: another one after each edit. */
  digest: string
  definition: ReminderDefinition
  latestRun: { id: string; state: RunState; scheduledAt: Date } | null
}

type Row = Omit<ReminderView, 'definition' | 'latestRun' | 'snoozedFrom' | 'moved'> & {
  body: unknown
  moved: Move[] | null
  latestRun: { id: string; state: RunState; scheduledAt: string } | null
  cursorTime: string
}

const columns = `r.dedupe_key as key, r.account_id as "accountId", r.state, r.reason, r.next_fire as "nextFire",
  r.moved, r.cursor_at as "dealtWithUntil", r.buffered_at as "bufferedAt", r.paused_until as "pausedUntil",
  r.created_at as "createdAt", r.ended_at as "endedAt", r.deleted_at as "deletedAt", r.revision, r.digest, d.sealed_body as body,
  r.created_at::text as "cursorTime",
  (select jsonb_build_object('id', run.id, 'state', run.state, 'scheduledAt', run.scheduled_at) from run
   where run.operator = r.operator and run.dedupe_key = r.dedupe_key
   order by run.scheduled_at desc limit 1) as "latestRun"`

export type ReminderQuery = {
  operator: string
  /** By when they were created; the newest first when not given. */
  order?: Exclude<ReminderSort, 'next'>
  states?: readonly ReminderState[]
  /** Only of these accounts of the operator. */
  accounts?: readonly string[]
  /** Those that were deleted, instead of the others. */
  deleted?: boolean
  limit: number
  /** The sort key of the last row seen: `created_at` and dedupe key. */
  after?: [string, string]
  /** So many of the first are left out: each of them is read from the index. */
  skip?: number
}

/**
 * By when they were created. A page costs the same however many there are: each state asked for is read in order from the index
 * `reminder_listing_by_state`, all of them from `reminder_listing`, and no further than the page. Those of some accounts are
 * read for each account and state, from `reminder_listing_of_account`; of what was deleted there is no such index.
 */
export async function listReminders(db: Queryable, query: ReminderQuery): Promise<Page<ReminderView>> {
  const { rows } = await db.query<Row>(listStatement(query))
  return toPage(rows, { limit: query.limit, item: toView, cursor: (row) => [row.cursorTime, row.key] })
}

/** Exported for the test that asks Postgres for its plan, and for what reads other columns of the same page. */
export function listStatement(
  { operator, limit, accounts, deleted, after, order, skip = 0, ...query }: ReminderQuery,
  read = columns,
): {
  text: string
  values: unknown[]
} {
  const states = query.states ?? (accounts && reminderStates)
  const filters = [...(states ? [states] : []), ...(accounts ? [accounts] : [])]
  const values: unknown[] = [operator, limit + 1, ...(after ?? []), ...filters]
  const ofState = `$${values.length - filters.length + 1}::text[]`
  const ofAccount =
    accounts === undefined ? '' : `cross join unnest($${values.length}::text[]) as its (account)`
  // The oldest first is the same index the other way round.
  const isOldest = order === 'oldest'
  const ordered = (of = '') =>
    isOldest ? `${of}created_at, ${of}dedupe_key desc` : `${of}created_at desc, ${of}dedupe_key`
  const [later, beyond] = isOldest ? ['>', '<'] : ['<', '>']
  // The first condition finds the place in the index; the second leaves out those of the same instant that were seen.
  const notSeen = after
    ? `and r.created_at ${later}= $3 and (r.created_at ${later} $3 or r.dedupe_key ${beyond} $4)`
    : ''
  const skipped = `$${values.length + 1}::int`
  const [ofEach, ofAll] =
    skip === 0 ? ['limit $2', 'limit $2'] : [`limit $2::int + ${skipped}`, `limit $2 offset ${skipped}`]
  const keys = `select r.operator, r.dedupe_key, r.created_at from reminder r
    where r.operator = $1 and r.deleted_at is ${deleted === true ? 'not null' : 'null'} ${notSeen}`
  const page =
    states === undefined
      ? `${keys} order by ${ordered()} ${ofAll}`
      : `select found.* from unnest(${ofState}) as wanted (state) ${ofAccount}
         cross join lateral (${keys} and r.state = wanted.state ${accounts ? 'and r.account_id = its.account' : ''}
                             order by ${ordered()} ${ofEach}) found
         order by ${ordered()} ${ofAll}`
  if (skip > 0) values.push(skip)
  const text = `with page as materialized (${page})
    select ${read} from page join reminder r using (operator, dedupe_key) join definition d using (digest)
    order by ${ordered('page.')}`
  return { text, values }
}

export async function findReminderView(
  db: Queryable,
  { operator, key }: { operator: string; key: string },
): Promise<ReminderView | undefined> {
  const { rows } = await db.query<Row>(
    `select ${columns} from reminder r join definition d using (digest)
     where r.operator = $1 and r.dedupe_key = $2`,
    [operator, key],
  )
  return rows.map((row) => toView(row))[0]
}

/** The same of many, by key; those that are there. */
export async function findReminderViews(
  db: Queryable,
  { operator, keys }: { operator: string; keys: readonly string[] },
): Promise<Map<string, ReminderView>> {
  const { rows } = await db.query<Row>(
    `select ${columns} from reminder r join definition d using (digest)
     where r.operator = $1 and r.dedupe_key = any ($2)`,
    [operator, keys],
  )
  return new Map(rows.map((row) => [row.key, toView(row)]))
}

/** Whose accounts they are of; those that are there. */
export async function findReminderAccounts(
  db: Queryable,
  { operator, keys }: { operator: string; keys: readonly string[] },
): Promise<{ key: string; accountId: string }[]> {
  const { rows } = await db.query<{ key: string; accountId: string }>(
    `select dedupe_key as key, account_id as "accountId" from reminder where operator = $1 and dedupe_key = any ($2)`,
    [operator, keys],
  )
  return rows
}

function toView({ cursorTime: _cursorTime, body, latestRun, moved: moves, ...view }: Row): ReminderView {
  const moved = (moves ?? []).map(({ from, to }) => ({
    from: new Date(from),
    to: to === undefined ? null : new Date(to),
  }))
  const definition = storedDefinition(body)
  const next = moved.find(
    ({ from, to }) =>
      to !== null &&
      view.nextFire?.getTime() === to.getTime() &&
      view.bufferedAt?.getTime() !== from.getTime(),
  )
  return {
    ...view,
    moved,
    snoozedFrom: next?.from ?? null,
    definition,
    latestRun: latestRun && { ...latestRun, scheduledAt: new Date(latestRun.scheduledAt) },
  }
}
