import type { Part } from '../../domain/definition.js'
import { reminderStates, type ScheduleKind } from '../../domain/states.js'
import { onlyRow, type Queryable } from '../database.js'
import { readableParts } from '../reminders/definitions.js'
import { listStatement, type ReminderQuery } from './reminders.js'
import { upcomingKeys, type UpcomingQuery } from './upcoming.js'

/** What is looked at of a reminder that may be the one that is searched for, and its place in the list. */
export type Searchable = {
  key: string
  accountId: string
  kind: ScheduleKind
  /** What it says, part by part. */
  says: string[]
  place: [time: string, key: string]
}

type Row = Pick<Searchable, 'key' | 'accountId' | 'kind'> & {
  parts: Part[]
  stepParts: Part[][] | null
  cursorTime: string
}

/** Not the whole of a definition: it may have ten thousand recipients. */
const searched = `r.account_id as "accountId", d.sealed_body #>> '{schedule,kind}' as kind, d.sealed_body -> 'parts' as parts,
  d.sealed_body -> 'stepParts' as "stepParts"`
const columns = `r.dedupe_key as key, ${searched}, r.created_at::text as "cursorTime"`

/** In the order of `listReminders`, and no more than its `limit`. */
export async function listSearchable(db: Queryable, query: ReminderQuery): Promise<Searchable[]> {
  const { rows } = await db.query<Row>(listStatement({ ...query, limit: query.limit - 1 }, columns))
  return rows.map((row) => searchable(row))
}

/** The same of those that fire, in the order of `listUpcoming`. */
export async function listSearchableUpcoming(db: Queryable, query: UpcomingQuery): Promise<Searchable[]> {
  const found = await upcomingKeys(db, { ...query, limit: query.limit - 1 })
  const { rows } = await db.query<Row>(
    `select wanted.key, ${searched}, wanted.time as "cursorTime"
     from unnest($2::text[], $3::text[]) with ordinality as wanted (key, time, place)
       join reminder r on r.operator = $1 and r.dedupe_key = wanted.key join definition d using (digest)
     order by wanted.place`,
    [query.operator, found.map(({ key }) => key), found.map(({ cursorTime }) => cursorTime)],
  )
  return rows.map((row) => searchable(row))
}

/** @throws EncryptionKeyError where it was sealed with a secret that is lost */
function searchable({ parts, stepParts, cursorTime, ...row }: Row): Searchable {
  const all = readableParts([...parts, ...(stepParts ?? []).flat()])
  const says = all.map((part) => (part.kind === 'text' ? part.text : (part.caption ?? '')))
  return { ...row, says, place: [cursorTime, row.key] }
}

/** How many `listReminders` would have on all of its pages, counted up to a number: so many entries of an index are read. */
export async function countReminders(
  db: Queryable,
  {
    operator,
    accounts,
    deleted,
    upTo,
    ...query
  }: Pick<ReminderQuery, 'operator' | 'states' | 'accounts' | 'deleted'> & { upTo: number },
): Promise<number> {
  const states = query.states ?? (accounts && reminderStates)
  const those = `select from reminder r where r.operator = $1 and r.deleted_at is ${deleted === true ? 'not null' : 'null'}`
  const ofAccount = accounts ? 'cross join unnest($4::text[]) as its (account)' : ''
  const counted =
    states === undefined
      ? those
      : `select from unnest($3::text[]) as wanted (state) ${ofAccount} cross join lateral (
           ${those} and r.state = wanted.state ${accounts ? 'and r.account_id = its.account' : ''} limit $2) found`
  const { rows } = await db.query<{ count: number }>(
    `select count(*) as count from (${counted} limit $2) counted`,
    [operator, upTo, ...(states ? [states] : []), ...(accounts ? [accounts] : [])],
  )
  return onlyRow(rows, 'countReminders').count
}
