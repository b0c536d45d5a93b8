import type { Digests } from '../../receipts/digests.js'
import type { NewEntry } from '../../receipts/entry.js'
import { actionEntryOf, runEntryOf, type ActionRow } from '../../receipts/of-ledger.js'
import type { Queryable } from '../database.js'
import { endedColumns, withTargets, type EndedRow } from './ended-runs.js'

/** What has ended or was asked for, and is in no chain yet. */

/** Ready for its place in the chain, with what is to be marked once it has it. */
export type Due = {
  operator: string
  atMs: number
  entry: NewEntry
  of: { kind: 'run'; runId: string } | { kind: 'action'; auditId: number }
}

/** A run may have 10,000 targets: a batch has no more of them than this, or one run. */
const mostTargets = 20_000

// What somebody else is changing just now is left to the next batch: to wait for it could be a deadlock.
const ofOthers = 'skip locked'

/** For a transaction, which holds their rows until they are marked. In the order in which they were asked for. */
export async function actionsWithoutReceipt(
  client: Queryable,
  { digests, limit }: { digests: Digests; limit: number },
): Promise<Due[]> {
  const { rows } = await client.query<ActionRow & { operator: string }>(
    `select id, at, operator, subject, action, via, actor, reason from audit
     where receipt_seq is null order by id limit $1 for no key update ${ofOthers}`,
    [limit],
  )
  return rows.map(({ operator, ...row }) => ({
    operator,
    atMs: row.at.getTime(),
    entry: actionEntryOf(row, digests),
    of: { kind: 'action', auditId: row.id },
  }))
}

/** The same of runs that have ended, in the order in which they did. */
export async function runsWithoutReceipt(
  client: Queryable,
  { digests, limit }: { digests: Digests; limit: number },
): Promise<Due[]> {
  const { rows: found } = await client.query<EndedRow & { targets: number }>(
    `select ${endedColumns}, (select count(*) from target where run_id = run.id) as targets
     from run
     where finished_at is not null and receipt_of is distinct from finished_at and purged_at is null
     order by finished_at limit $1 for no key update ${ofOthers}`,
    [limit],
  )
  let total = 0
  const due = found.filter(({ targets }, index) => {
    total += targets
    return index === 0 || total <= mostTargets
  })
  const runs = await withTargets(
    client,
    due.map(({ targets: _targets, ...run }) => run),
  )
  return runs.map((run) => ({
    operator: run.operator,
    atMs: run.finishedAt.getTime(),
    entry: runEntryOf(run, digests),
    of: { kind: 'run', runId: run.id },
  }))
}

/** From now on they have their places. */
export async function markWritten(
  client: Queryable,
  written: readonly { of: Due['of']; seq: number }[],
): Promise<void> {
  const actions = written.flatMap(({ of, seq }) => (of.kind === 'action' ? [{ id: of.auditId, seq }] : []))
  const runIds = written.flatMap(({ of }) => (of.kind === 'run' ? [of.runId] : []))
  if (actions.length > 0)
    await client.query(
      `update audit a set receipt_seq = w.seq from unnest($1::bigint[], $2::bigint[]) w (id, seq) where a.id = w.id`,
      [actions.map(({ id }) => id), actions.map(({ seq }) => seq)],
    )
  if (runIds.length > 0)
    await client.query(`update run set receipt_of = finished_at where id = any ($1)`, [runIds])
}

export type ReceiptBacklog = {
  /** How many wait; not counted beyond this many. */
  waiting: number
  /** How long the oldest of them does. */
  oldestSeconds: number
}

export const countedBacklog = 10_000

/** Of one operator, or of all. */
export async function receiptBacklog(db: Queryable, operator?: string): Promise<ReceiptBacklog> {
  const its = operator === undefined ? '' : 'and operator = $1'
  const { rows } = await db.query<ReceiptBacklog>(
    `with action as (select at from audit where receipt_seq is null ${its} order by id limit ${countedBacklog}),
       ended as (select finished_at as at from run
                 where finished_at is not null and receipt_of is distinct from finished_at and purged_at is null
                   ${its} order by finished_at limit ${countedBacklog})
     select count(*) as waiting, coalesce(greatest(0, extract(epoch from now() - min(at))), 0)::float8 as "oldestSeconds"
     from (select at from action union all select at from ended) due`,
    operator === undefined ? [] : [operator],
  )
  return rows[0] ?? { waiting: 0, oldestSeconds: 0 }
}
