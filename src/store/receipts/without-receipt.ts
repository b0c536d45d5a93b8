import { canonicalJson } from '../../domain/definition.js'
import type { Digests } from '../../receipts/digests.js'
import type { NewEntry } from '../../receipts/entry.js'
import type { Queryable } from '../database.js'
import { EncryptionKeyError } from '../encryption/key-ring.js'
import { storedDefinition } from '../reminders/definitions.js'

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
  const { rows } = await client.query<{
    id: number
    at: Date
    operator: string
    subject: string
    action: string
    via: string | null
    actor: string | null
    reason: string | null
  }>(
    `select id, at, operator, subject, action, via, actor, reason from audit
     where receipt_seq is null order by id limit $1 for no key update ${ofOthers}`,
    [limit],
  )
  return rows.map(({ id, at, operator, subject, action, via, actor, reason }) => ({
    operator,
    atMs: at.getTime(),
    entry: {
      kind: 'action',
      at: at.toISOString(),
      action,
      subject,
      ...(via !== null && { via }),
      ...(actor !== null && { who: digests('who', actor) }),
      ...(reason !== null && { why: digests('why', reason) }),
    },
    of: { kind: 'action', auditId: id },
  }))
}

type RunRow = {
  id: string
  operator: string
  reminder: string
  account: string
  revision: number | null
  trigger: string
  state: string
  scheduledAt: Date
  startedAt: Date | null
  finishedAt: Date
  digest: string
  targets: number
}

/** The same of runs that have ended, in the order in which they did. */
export async function runsWithoutReceipt(
  client: Queryable,
  { digests, limit }: { digests: Digests; limit: number },
): Promise<Due[]> {
  const { rows: found } = await client.query<RunRow>(
    `select id, operator, dedupe_key as reminder, account_id as account, revision, trigger, state,
       scheduled_at as "scheduledAt", started_at as "startedAt", finished_at as "finishedAt", digest,
       (select count(*) from target where run_id = run.id) as targets
     from run
     where finished_at is not null and receipt_of is distinct from finished_at and purged_at is null
     order by finished_at limit $1 for no key update ${ofOthers}`,
    [limit],
  )
  let targets = 0
  const runs = found.filter((run, index) => {
    targets += run.targets
    return index === 0 || targets <= mostTargets
  })
  if (runs.length === 0) return []
  const contents = await contentDigests(client, { runs, digests })
  const sentTo = await targetsOf(client, { runIds: runs.map(({ id }) => id), digests })
  return runs.map((run) => ({
    operator: run.operator,
    atMs: run.finishedAt.getTime(),
    entry: {
      kind: 'run',
      run: run.id,
      reminder: run.reminder,
      ...(run.revision !== null && { revision: run.revision }),
      account: run.account,
      trigger: run.trigger,
      state: run.state,
      scheduledAt: run.scheduledAt.toISOString(),
      ...(run.startedAt !== null && { startedAt: run.startedAt.toISOString() }),
      finishedAt: run.finishedAt.toISOString(),
      content: contents.get(run.digest) ?? '',
      targets: sentTo.get(run.id) ?? [],
    },
    of: { kind: 'run', runId: run.id },
  }))
}

async function contentDigests(
  client: Queryable,
  { runs, digests }: { runs: readonly RunRow[]; digests: Digests },
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ digest: string; body: unknown }>(
    `select digest, sealed_body as body from definition where digest = any ($1)`,
    [[...new Set(runs.map(({ digest }) => digest))]],
  )
  return new Map(
    rows.flatMap(({ digest, body }) => {
      const parts = partsOf(body)
      return parts ? [[digest, digests('content', canonicalJson(parts))]] : []
    }),
  )
}

/** Undefined where the key to it is lost: its receipt says nothing of its content then. */
function partsOf(body: unknown): unknown {
  try {
    return storedDefinition(body).parts
  } catch (error) {
    if (error instanceof EncryptionKeyError) return undefined
    throw error
  }
}

type Targets = Extract<NewEntry, { kind: 'run' }>['targets']

async function targetsOf(
  client: Queryable,
  { runIds, digests }: { runIds: readonly string[]; digests: Digests },
): Promise<ReadonlyMap<string, Targets>> {
  const { rows } = await client.query<{
    runId: string
    jid: string
    state: string
    failure: string | null
    sends: [id: string, state: string, failure: string | null, ackedAtMs: number | null][]
  }>(
    `select t.run_id as "runId", t.jid, t.state, t.failure,
       coalesce((select jsonb_agg(jsonb_build_array(s.message_id, s.state, s.failure,
                   floor(extract(epoch from s.acked_at) * 1000)) order by s.part)
                 from send s where s.run_id = t.run_id and s.ordinal = t.ordinal), '[]') as sends
     from target t where t.run_id = any ($1) order by t.run_id, t.ordinal`,
    [runIds],
  )
  const found = new Map<string, Targets>()
  for (const { runId, jid, state, failure, sends } of rows) {
    const targets = found.get(runId) ?? []
    found.set(runId, targets)
    targets.push({
      to: digests('recipient', jid),
      state,
      ...(failure !== null && { failure }),
      sends: sends.map(([id, state, failure, ackedAtMs]) => ({
        id,
        state,
        ...(ackedAtMs !== null && { ackedAt: new Date(ackedAtMs).toISOString() }),
        ...(failure !== null && { failure }),
      })),
    })
  }
  return found
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
