import { subjectKinds, type AuditArea } from '../../domain/audit-areas.js'
import type { WithSaid } from '../../domain/sentences/read.js'
import { runWorkflowId } from '../../domain/ids.js'
import type { Way } from '../../domain/ways.js'
import type { RunState } from '../../domain/states.js'
import type { Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'

/** The requests on a reminder and its runs, and the end of each of its occurrences: the latest first. */
export type HistoryEntry =
  | ({
      kind: 'request'
      at: Date
      /** `pause`, `edit`, `skipNext` … */
      action: string
      /** The run that it was done to; null where it was the reminder. */
      runId: string | null
      /** The author, as the request says. */
      by: string | null
      reason: string | null
    } & WithSaid<'reason'>)
  | ({
      kind: 'run'
      /** Its time. */
      at: Date
      runId: string
      state: RunState
      /** The reason why it was begun. */
      trigger: 'schedule' | 'fireNow'
      reason: string | null
      finishedAt: Date | null
    } & WithSaid<'reason'>)

export type HistoryQuery = {
  operator: string
  key: string
  /** The workflowId of the reminder: what its audit is about. */
  subject: string
  limit: number
  /** The sort key of the last entry seen. */
  after?: [string, string]
}

type Row = {
  kind: 'request' | 'run'
  at: Date
  sort: string
  cursorTime: string
  action: string | null
  runId: string | null
  actor: string | null
  reason: string | null
  state: RunState | null
  trigger: 'schedule' | 'fireNow' | null
  finishedAt: Date | null
}

export async function listHistory(db: Queryable, query: HistoryQuery): Promise<Page<HistoryEntry>> {
  const { operator, key, subject, limit, after } = query
  const seen = (at: string, sort: string) => (after ? `and (${at}, ${sort}) < ($7::timestamptz, $8)` : '')
  // The ids of requests have leading zeros, so that they sort as numbers.
  const sort = `'request:' || lpad(a.id::text, 20, '0')`
  const { rows } = await db.query<Row>(
    `select *, at::text as "cursorTime" from (
       (select 'request' as kind, a.at, ${sort} as sort, a.action, nullif(a.subject, $3) as "runId", a.actor,
          a.reason, null as state, null as trigger, null::timestamptz as "finishedAt"
        from audit a
        where a.operator = $1 and a.action <> 'create'
          and (a.subject = $3 or a.subject ~>=~ $5 and a.subject ~<~ $6) ${seen('a.at', sort)}
        order by a.at desc, sort desc limit $4)
       union all
       (select 'run', r.scheduled_at, r.id, null, r.id, null, r.reason, r.state, r.trigger, r.finished_at
        from run r
        where r.operator = $1 and r.dedupe_key = $2 ${seen('r.scheduled_at', 'r.id')}
        order by r.scheduled_at desc, r.id desc limit $4)) entry
     order by at desc, sort desc limit $4`,
    [operator, key, subject, limit + 1, ...runIdsOf(operator, key), ...(after ?? [])],
  )
  return toPage(rows, { limit, item: toEntry, cursor: (row) => [row.cursorTime, row.sort] })
}

/** From the first id that a run of the reminder can have to the first that it can't: no key has an @. */
function runIdsOf(operator: string, key: string): [string, string] {
  const first = runWorkflowId(operator, key, '')
  return [first, `${first.slice(0, -1)}A`]
}

function toEntry({ kind, at, action, runId, actor, reason, state, trigger, finishedAt }: Row): HistoryEntry {
  if (kind === 'request') return { kind, at, action: action ?? '', runId, by: actor, reason }
  return {
    kind,
    at,
    runId: runId ?? '',
    state: state ?? 'preparing',
    trigger: trigger ?? 'schedule',
    reason,
    finishedAt,
  }
}

/** The answer to a request; undefined while no worker has acted on it. */
export async function findRequest(
  db: Queryable,
  requestId: string,
): Promise<{ answer: unknown } | undefined> {
  const { rows } = await db.query<{ answer: unknown }>(`select answer from audit where request_id = $1`, [
    requestId,
  ])
  return rows[0]
}

/** No row has a later one. */
const lastId = '9223372036854775807'

/** One request: who asked for what. */
export type AuditView = WithSaid<'reason'> & {
  id: number
  at: Date
  /** What it was done to: a workflowId such as `reminder:local/class-trip`, or `token:<id>`. */
  subject: string
  action: string
  /** The operator, and the name of the token where it was asked for by one. */
  by: string | null
  /** The way it was asked by; null where it is older than receipts. */
  via: Way | null
  reason: string | null
}

/**
 * All of an operator, the latest first; of some areas alone, or of one who asked. Each kind of thing is read by itself then, so
 * that it costs the same however much there is of the others.
 */
export async function listAudit(
  db: Queryable,
  {
    operator,
    limit,
    after,
    areas,
    by,
  }: { operator: string; limit: number; after?: string; areas?: readonly AuditArea[]; by?: string },
): Promise<Page<AuditView>> {
  const columns = 'id, at, subject, action, actor as by, via, reason'
  const before = after ?? lastId
  const { rows } =
    areas === undefined && by === undefined
      ? await db.query<AuditView>(
          `select ${columns} from audit where operator = $1 and id < $3 order by id desc limit $2`,
          [operator, limit + 1, before],
        )
      : await db.query<AuditView>(
          `select entry.* from unnest($4::text[]) wanted (kind) cross join lateral (
             select ${columns} from audit
             where operator = $1 and id < $3 and split_part(subject, ':', 1) = wanted.kind
               ${by === undefined ? '' : 'and actor = $5'}
             order by id desc limit $2) entry
           order by id desc limit $2`,
          [operator, limit + 1, before, subjectKinds(areas), ...(by === undefined ? [] : [by])],
        )
  return toPage(rows, { limit, item: (row) => row, cursor: (row) => [String(row.id)] })
}
