import { targetStates, type RunState, type TargetCounts } from '../../domain/states.js'
import { onlyRow, type Queryable } from '../database.js'
import { sendStates, type SendCounts } from '../views/progress.js'

/** What changed, for those who watch it live. See docs/decisions/0056. */

export const eventChannel = 'carillon_event'

export const eventTypes = ['run', 'reminder', 'account'] as const
export type EventType = (typeof eventTypes)[number]

/** A place in the log: between two events, the same for every process. */
export type Position = { log: number; xid: bigint; id: number }

export type LoggedEvent = {
  position: Position
  at: Date
  operator: string
  accountId: string
  runId: string | null
  type: EventType
  data: Record<string, unknown>
}

/** How long after the last look of somebody events are written, and for how long they are kept: in which a client may resume. */
export const keptMs = 3_600_000

/**
 * Says that this process watches, for `listensMs`: from now on each change is told. Doing it twice is doing it once.
 * Of a log that is not settled the changes of transactions that are open now may be missing.
 */
export async function watchEvents(
  db: Queryable,
  { listensMs }: { listensMs: number },
): Promise<{ log: number; isSettled: boolean }> {
  const { rows } = await db.query<{ log: number; isSettled: boolean }>(
    `select w.log, w.is_settled as "isSettled"
     from watch_events(make_interval(secs => $1::float8 / 1000), make_interval(secs => $2::float8 / 1000)) w`,
    [keptMs, listensMs],
  )
  return onlyRow(rows, 'watch of the events')
}

/**
 * The oldest transaction that may still write an event: of those that are open in the snapshot of the statement, the first that
 * is not known to be of another database of the server. One that ends meanwhile is not known any more and counts as open. A
 * transaction that is found by its number is the one of the snapshot, as its process has only had that since.
 */
const oldestOpen = `(
  select coalesce(
    (select open.xid from pg_snapshot_xip(s) open (xid)
     where open.xid::xid <> all (array(
       select backend_xid from pg_stat_activity
       where backend_xid is not null and datid <> (select oid from pg_database where datname = current_database())
       union all
       select transaction from pg_prepared_xacts where database <> current_database()))
     order by open.xid limit 1),
    pg_snapshot_xmax(s))
  from pg_current_snapshot() s)`

/** All that was open when the log began is over: what it wrote before the log's first position is nobody's to read. */
export async function settleLog(db: Queryable, log: number): Promise<void> {
  await db.query(
    `with settled as (
       update event_log set is_settled = true where log = $1 and not is_settled returning log, kept_xid, kept_id
     )
     delete from event e using settled s where e.log = s.log and (e.xid, e.id) <= (s.kept_xid, s.kept_id)`,
    [log],
  )
}

/** The number of the oldest transaction that is open in this database, and that of the next one to begin. */
export async function openTransactions(db: Queryable): Promise<{ oldest: bigint; next: bigint }> {
  const { rows } = await db.query<{ oldest: string; next: string }>(
    `select ${oldestOpen}::text as oldest, pg_snapshot_xmax(pg_current_snapshot())::text as next`,
  )
  const { oldest, next } = onlyRow(rows, 'open transactions')
  return { oldest: BigInt(oldest), next: BigInt(next) }
}

/** `gone`: the log is another one, or does not go back so far. */
export type ReadEvents =
  | { kind: 'gone'; log: number | undefined }
  | {
      kind: 'read'
      events: LoggedEvent[]
      /** All before it was read. */
      until: Position
      /** There is more, now: a page was full. */
      isFull: boolean
      /** Something is committed that may not be read before an older transaction is over. */
      isHeldUp: boolean
    }

type Row = {
  log: number
  oldest: string
  isGone: boolean
  isHeldUp: boolean
  xid: string | null
  id: number
  at: Date
  operator: string
  accountId: string
  runId: string | null
  type: EventType
  data: Record<string, unknown>
}

/** The events after a position, in the order that is the same for all. @param operator only this operator's */
export async function readEvents(
  db: Queryable,
  { after, limit, operator }: { after: Position; limit: number; operator?: string },
): Promise<ReadEvents> {
  const { rows } = await db.query<Row>(
    `with edge as materialized (select ${oldestOpen} as oldest)
     select l.log, edge.oldest::text, (l.kept_xid, l.kept_id) > ($2::text::xid8, $3::bigint) as "isGone",
       exists (select from event h where h.log = l.log and h.xid >= edge.oldest) as "isHeldUp",
       e.xid::text, e.id, e.at, e.operator, e.account_id as "accountId", e.run_id as "runId", e.type, e.data
     from event_log l cross join edge left join lateral (
       select * from event
       where log = l.log and (xid, id) > ($2::text::xid8, $3::bigint) and xid < edge.oldest
         and ($5::text is null or operator = $5)
       order by xid, id limit $4) e on true
     where l.log = $1
     order by e.xid, e.id`,
    [after.log, String(after.xid), after.id, limit, operator ?? null],
  )
  const [first] = rows
  if (!first || first.isGone) return { kind: 'gone', log: first?.log }
  const events = rows.flatMap(({ log, xid, id, at, operator, accountId, runId, type, data }) =>
    xid === null
      ? []
      : [{ position: { log, xid: BigInt(xid), id }, at, operator, accountId, runId, type, data }],
  )
  const isFull = events.length === limit
  const read = isFull ? events.at(-1)?.position : { log: first.log, xid: BigInt(first.oldest), id: 0 }
  const until = read !== undefined && isAfter(read, after) ? read : after
  return { kind: 'read', events, until, isFull, isHeldUp: first.isHeldUp }
}

/** The latest events of the log, oldest first, and the position after which these are all. */
export async function latestEvents(
  db: Queryable,
  { log, limit }: { log: number; limit: number },
): Promise<{ floor: Position; events: LoggedEvent[]; until: Position } | undefined> {
  const { rows } = await db.query<{ xid: string; id: number }>(
    // The one before the latest, or where the log begins.
    `select xid::text, id from (
       select kept_xid as xid, kept_id as id from event_log where log = $1
       union all
       (select xid, id from event where log = $1 order by xid desc, id desc offset $2 limit 1)) p
     order by p.xid desc, p.id desc limit 1`,
    [log, limit],
  )
  const [row] = rows
  if (!row) return undefined
  const floor = { log, xid: BigInt(row.xid), id: row.id }
  const read = await readEvents(db, { after: floor, limit: 2 * limit })
  return read.kind === 'gone' ? undefined : { floor, events: read.events, until: read.until }
}

const purgedAtOnce = 1_000

/**
 * Forgets a batch of what is older than it is kept, and of logs that were let go. It begins where the batch before it ended,
 * not with the rows that this one has left behind, and what may still be committed before a position is not passed over.
 * @returns how many went
 */
export async function purgeEvents(db: Queryable): Promise<number> {
  const { rowCount: ofOthers } = await db.query(
    `delete from event where ctid = any (array(
       select e.place from event_log l cross join lateral (
         (select ctid as place from event where log < l.log order by log limit $1)
         union all
         (select ctid as place from event where log > l.log order by log limit $1)) e
       limit $1))`,
    [purgedAtOnce],
  )
  const { rowCount } = await db.query(
    `with page as materialized (
       select e.* from event_log l cross join lateral (
         select ctid as place, log, xid, id, at from event
         where log = l.log and (xid, id) > (l.kept_xid, l.kept_id) and xid < $3::text::xid8
         order by xid, id limit $1) e
     ), edge as (
       select log, xid, id from page where at < now() - make_interval(secs => $2::float8 / 1000)
       order by xid desc, id desc limit 1
     ), kept as (
       update event_log l set kept_xid = edge.xid, kept_id = edge.id from edge where l.log = edge.log
     )
     delete from event where ctid = any (array(
       select page.place from page, edge where (page.xid, page.id) <= (edge.xid, edge.id)))`,
    // Asked before, so that Postgres plans with a number that it knows.
    [purgedAtOnce, keptMs, String((await openTransactions(db)).oldest)],
  )
  return (ofOthers ?? 0) + (rowCount ?? 0)
}

export function isAfter(a: Position, b: Position): boolean {
  return a.xid > b.xid || (a.xid === b.xid && a.id > b.id)
}

export type RunSnapshot = {
  runId: string
  operator: string
  accountId: string
  reminderKey: string
  scheduledAt: Date
  state: RunState
  targets: TargetCounts
  sends: SendCounts
}

type SnapshotRow = Omit<RunSnapshot, 'targets' | 'sends'> & {
  targets: Partial<TargetCounts> | null
  sends: Partial<SendCounts> | null
}

/** The progress of these runs, of one moment; of those that are there. */
export async function runSnapshots(db: Queryable, runIds: readonly string[]): Promise<RunSnapshot[]> {
  const { rows } = await db.query<SnapshotRow>(
    `select r.id as "runId", r.operator, r.account_id as "accountId", r.dedupe_key as "reminderKey",
       r.scheduled_at as "scheduledAt", r.state,
       (select jsonb_object_agg(state, count) from
          (select state, count(*) from target where run_id = r.id group by state) t) as targets,
       (select jsonb_object_agg(state, count) from
          (select state, count(*) from send where run_id = r.id group by state) s) as sends
     from run r where r.id = any ($1)`,
    [runIds],
  )
  return rows.map((row) => ({
    ...row,
    targets: filled(targetStates, row.targets),
    sends: filled(sendStates, row.sends),
  }))
}

/** The runs that are under way, the latest first. */
export async function runsUnderWay(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from run where finished_at is null and started_at is not null order by scheduled_at desc limit $1`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

function filled<State extends string>(
  states: readonly State[],
  counts: Partial<Record<State, number>> | null,
): Record<State, number> {
  return Object.fromEntries(states.map((state) => [state, counts?.[state] ?? 0])) as Record<State, number>
}
