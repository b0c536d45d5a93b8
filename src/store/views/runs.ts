import { inOrderOfNames, type CannotPost } from '../../domain/groups.js'
import { runStates, type RunSort, type RunState, type TargetState } from '../../domain/states.js'
import type { Queryable } from '../database.js'
import type { SendState } from '../sends/sends.js'
import { toPage, type Page } from '../page.js'
import type { WithSaid } from '../../domain/sentences/read.js'

export type RunView = WithSaid<'reason'> & {
  id: string
  key: string
  accountId: string
  state: RunState
  /** The reason why it waits, or why it ended. */
  reason: string | null
  priority: number
  scheduledAt: Date
  deadline: Date | null
  /** When it goes on by itself, where that is known: its window opens. */
  waitsUntil: Date | null
  /** Who stopped it: an operator, by the run or by its reminder, or by a cancel that it has not followed to its end yet. */
  hold: 'run' | 'reminder' | 'cancel' | null
  createdAt: Date
  startedAt: Date | null
  finishedAt: Date | null
}

type Row = RunView & { cursorTime: string }

const columns = `r.id, r.dedupe_key as key, r.account_id as "accountId", r.state, r.reason, r.priority,
  r.scheduled_at as "scheduledAt", r.deadline, r.waits_until as "waitsUntil", r.hold,
  r.created_at as "createdAt", r.started_at as "startedAt",
  r.finished_at as "finishedAt", r.scheduled_at::text as "cursorTime"`

export type RunQuery = {
  operator: string
  /** By when they were due; the latest first when not given. */
  order?: RunSort
  key?: string
  states?: readonly RunState[]
  /** Only of these accounts of the operator. */
  accounts?: readonly string[]
  limit: number
  /** The sort key of the last row seen: `scheduled_at` and id. */
  after?: [string, string]
}

/** By when they were due. */
export async function listRuns(db: Queryable, query: RunQuery): Promise<Page<RunView>> {
  const { operator, key, states, accounts, limit, after } = query
  const isEarliest = query.order === 'earliest'
  const values = [operator, key ?? null, states ?? null, after?.[0] ?? null, after?.[1] ?? null, limit + 1]
  const wanted = `r.operator = $1 and ($2::text is null or r.dedupe_key = $2)
       and ($4::timestamptz is null or (r.scheduled_at, r.id) ${isEarliest ? '>' : '<'} ($4::timestamptz, $5::text))`
  const order = `order by ${isEarliest ? 'r.scheduled_at, r.id' : 'r.scheduled_at desc, r.id desc'} limit $6`
  // Of a reminder there are few; of an account there may be as many as there are.
  const { rows } =
    accounts === undefined || key !== undefined
      ? await db.query<Row>(
          `select ${columns} from run r where ${wanted} and ($3::text[] is null or r.state = any($3))
             ${accounts ? 'and r.account_id = any($7)' : ''} ${order}`,
          [...values, ...(accounts ? [accounts] : [])],
        )
      : await db.query<Row>(
          `select ${columns} from unnest($3::text[]) as wanted (state) cross join unnest($7::text[]) as its (account)
             cross join lateral (select * from run r where ${wanted} and r.state = wanted.state
                                   and r.account_id = its.account ${order}) r
           ${order}`,
          [...values.with(2, states ?? runStates), accounts],
        )
  return toPage(rows, { limit, item: withoutCursor, cursor: (row) => [row.cursorTime, row.id] })
}

export async function findRun(
  db: Queryable,
  { operator, runId }: { operator: string; runId: string },
): Promise<RunView | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from run r where r.operator = $1 and r.id = $2`, [
    operator,
    runId,
  ])
  return rows.map((row) => withoutCursor(row))[0]
}

function withoutCursor({ cursorTime: _cursorTime, ...view }: Row): RunView {
  return view
}

export type TargetView = WithSaid<'reason'> & {
  ordinal: number
  jid: string
  /** The group's name where it is known. */
  subject: string | null
  state: TargetState
  reason: string | null
  failure: string | null
  doneAt: Date | null
  partsSent: number
  parts: number
  /** Of the devices that should read the messages, how many WhatsApp had no usable keys of: they ask for them later. */
  leftOutDevices: number
}

export type TargetQuery = {
  runId: string
  states?: readonly TargetState[]
  /** Only these of its targets. */
  ordinals?: readonly number[]
  limit: number
  after?: number
  /** So many of the first are left out. */
  skip?: number
}

const targetPage = `select ordinal from target
  where run_id = $1 and ($2::text[] is null or state = any($2)) and ordinal > $3 and ($6::integer[] is null or ordinal = any($6))
  order by ordinal limit $4 offset $5`

function targetPageOf({ runId, states, after, limit, skip, ordinals }: TargetQuery): unknown[] {
  return [runId, states ?? null, after ?? -1, limit + 1, skip ?? 0, ordinals ?? null]
}

/** In the order of sending. */
export async function listTargets(db: Queryable, query: TargetQuery): Promise<Page<TargetView>> {
  const { rows } = await db.query<TargetView>(
    `with page as materialized (${targetPage})
     select t.ordinal, t.jid, g.subject, t.state, t.reason, t.failure, t.done_at as "doneAt",
       (select count(*) from send s
        where s.run_id = t.run_id and s.ordinal = t.ordinal and s.state = 'acked') as "partsSent",
       (select count(*) from send s where s.run_id = t.run_id and s.ordinal = t.ordinal) as parts,
       (select coalesce(max(s.left_out_devices), 0) from send s
        where s.run_id = t.run_id and s.ordinal = t.ordinal) as "leftOutDevices"
     from page join target t on t.run_id = $1 and t.ordinal = page.ordinal join run r on r.id = t.run_id
       left join account_group g on g.account_id = r.account_id and g.jid = t.jid
     order by t.ordinal`,
    targetPageOf(query),
  )
  return toPage(rows, { limit: query.limit, item: (row) => row, cursor: (row) => [String(row.ordinal)] })
}

/** Who they are, and no more. */
export async function listTargetNames(
  db: Queryable,
  query: TargetQuery,
): Promise<Page<Pick<TargetView, 'ordinal' | 'jid' | 'subject'>>> {
  const { rows } = await db.query<Pick<TargetView, 'ordinal' | 'jid' | 'subject'>>(
    `with page as materialized (${targetPage})
     select t.ordinal, t.jid, g.subject
     from page join target t on t.run_id = $1 and t.ordinal = page.ordinal join run r on r.id = t.run_id
       left join account_group g on g.account_id = r.account_id and g.jid = t.jid
     order by t.ordinal`,
    targetPageOf(query),
  )
  return toPage(rows, { limit: query.limit, item: (row) => row, cursor: (row) => [String(row.ordinal)] })
}

export type SendView = {
  /** The place of its target in the run. */
  ordinal: number
  /** The place of the message among those to it, from 0. */
  part: number
  /** WhatsApp's id of it, the same on every try. */
  messageId: string
  state: SendState
  attempts: number
  failure: string | null
  sendingAt: Date | null
  ackedAt: Date | null
}

export type SendQuery = {
  runId: string
  ordinal?: number
  states?: readonly SendState[]
  limit: number
  /** The ordinal and the part of the last one seen. */
  after?: [number, number]
}

/** In the order of sending. */
export async function listSends(db: Queryable, query: SendQuery): Promise<Page<SendView>> {
  const [ordinal, part] = query.after ?? [-1, -1]
  const { rows } = await db.query<SendView>(
    `select ordinal, part, message_id as "messageId", state, attempt as attempts, failure,
       sending_at as "sendingAt", acked_at as "ackedAt"
     from send
     where run_id = $1 and (ordinal, part) > ($2, $3) and ($4::integer is null or ordinal = $4)
       and ($5::text[] is null or state = any($5))
     order by ordinal, part limit $6`,
    [query.runId, ordinal, part, query.ordinal ?? null, query.states ?? null, query.limit + 1],
  )
  return toPage(rows, {
    limit: query.limit,
    item: (row) => row,
    cursor: (row) => [String(row.ordinal), String(row.part)],
  })
}

export type ReasonCount = { state: TargetState; reason: string | null; failure: string | null; count: number }

/** How many targets are in which state, and why; the most frequent first. */
export async function countReasons(db: Queryable, runId: string): Promise<ReasonCount[]> {
  const { rows } = await db.query<ReasonCount>(
    `select state, reason, failure, count(*) as count from target
     where run_id = $1 group by state, reason, failure`,
    [runId],
  )
  // Sealed reasons differ in Postgres where they are the same.
  const counts = new Map<string, ReasonCount>()
  for (const row of rows) {
    const key = JSON.stringify([row.state, row.reason, row.failure])
    counts.set(key, { ...row, count: row.count + (counts.get(key)?.count ?? 0) })
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count || (a.state < b.state ? -1 : 1))
}

export type LeftOutGroup = {
  jid: string
  /** The group's name where it is known. */
  subject: string | null
  why: CannotPost
}

/** The groups that a run to all groups is without, since the account might not write to them when it began. */
export async function listLeftOut(db: Queryable, runId: string): Promise<LeftOutGroup[]> {
  const { rows } = await db.query<LeftOutGroup>(
    `select l.jid, g.subject, l.why
     from run_left_out l join run r on r.id = l.run_id
       left join account_group g on g.account_id = r.account_id and g.jid = l.jid
     where l.run_id = $1`,
    [runId],
  )
  return rows.toSorted(inOrderOfNames)
}
