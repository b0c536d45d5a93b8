import type { ActionRow, EndedRun } from '../../receipts/of-ledger.js'
import type { Queryable } from '../database.js'
import { endedColumns, withTargets, type EndedRow } from './ended-runs.js'

/** What Postgres has now of what is in the chain. The retention takes none of it away before these days are over. */
export const leastDays = { audit: 365, run: 31 } as const

/** The requests that say that they are in these rows of the chain, both included; `to` null: and in all later ones. */
export async function actionsInChain(
  db: Queryable,
  { operator, from, to }: { operator: string; from: number; to: number | null },
): Promise<(ActionRow & { seq: number })[]> {
  const { rows } = await db.query<ActionRow & { seq: number }>(
    `select id, at, subject, action, via, actor, reason, receipt_seq as seq from audit
     where operator = $1 and receipt_seq >= $2 ${to === null ? '' : 'and receipt_seq <= $3'}
     order by receipt_seq, id limit ${mostActions}`,
    [operator, from, ...(to === null ? [] : [to])],
  )
  return rows
}
/** More than there are in a page of the chain: several that say the same are found all the same. */
const mostActions = 10_000

export type RunNow = EndedRun & {
  /** The last row of the chain that is of it. */
  latestSeq: number
  /** Whether it ended again since, or is under way again. */
  isOpen: boolean
  /** Whether the retention may have taken its targets. */
  isPurged: boolean
}

/** Of these runs, in no order; those that are under way again have no targets here. */
export async function runsInChain(
  db: Queryable,
  { operator, runIds }: { operator: string; runIds: readonly string[] },
): Promise<RunNow[]> {
  if (runIds.length === 0) return []
  const { rows } = await db.query<EndedRow & Pick<RunNow, 'latestSeq' | 'isOpen' | 'isPurged'>>(
    `select ${endedColumns},
       (select max(seq) from receipt where run_id = run.id and operator = run.operator) as "latestSeq",
       receipt_of is null or receipt_of is distinct from finished_at as "isOpen",
       coalesce(purged_at >= finished_at + make_interval(days => ${leastDays.run}), false) as "isPurged"
     from run where id = any ($2) and operator = $1`,
    [operator, runIds],
  )
  const facts = new Map(rows.map((row) => [row.id, row]))
  const ended = rows.filter(({ isOpen }) => !isOpen)
  const open = rows.filter(({ isOpen }) => isOpen)
  return [
    ...(await withTargets(db, ended)),
    ...open.map((row) => ({ ...row, content: undefined, targets: [] })),
  ].flatMap((run) => {
    const found = facts.get(run.id)
    if (found === undefined) return []
    return { ...run, latestSeq: found.latestSeq, isOpen: found.isOpen, isPurged: found.isPurged }
  })
}

/** Which of these reminders the retention has dealt with: then it has taken their runs, too. */
export async function purgedReminders(
  db: Queryable,
  { operator, keys }: { operator: string; keys: readonly string[] },
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const { rows } = await db.query<{ key: string }>(
    `select dedupe_key as key from reminder
     where operator = $1 and dedupe_key = any ($2) and purged_at is not null`,
    [operator, keys],
  )
  return new Set(rows.map(({ key }) => key))
}

export type RunPlace = [scheduledAt: string, id: string]

/**
 * A page of the operator's runs, the latest first: those that say that they have a receipt, and have none. Of what ended before
 * the chain was cut off nobody knows.
 */
export async function runsOutOfChain(
  db: Queryable,
  { operator, after, limit }: { operator: string; after?: RunPlace; limit: number },
): Promise<{ ids: string[]; next?: RunPlace }> {
  const { rows } = await db.query<{ id: string; place: string; isOut: boolean }>(
    `select id, scheduled_at::text as place,
       coalesce(receipt_of = finished_at, false)
         and not (finished_at < now() - make_interval(days => ${leastDays.audit})
                  and exists (select from receipt_chain where operator = $1 and cut is not null))
         and not exists (select from receipt where run_id = page.id) as "isOut"
     from (select id, scheduled_at, finished_at, receipt_of from run
           where operator = $1 ${after === undefined ? '' : 'and (scheduled_at, id) < ($3::timestamptz, $4)'}
           order by scheduled_at desc, id desc limit $2) page
     order by scheduled_at desc, id desc`,
    [operator, limit, ...(after ?? [])],
  )
  const last = rows.at(-1)
  const ids = rows.filter(({ isOut }) => isOut).map(({ id }) => id)
  return rows.length < limit || last === undefined ? { ids } : { ids, next: [last.place, last.id] }
}
