import { wayOf } from '../../domain/ways.js'
import { storedDefinition } from '../reminders/definitions.js'
import { isFinalRun, type AccountState, type RunState } from '../../domain/states.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { RecordedRequest, Retried } from '../../protocol/payloads.js'
import { findAuditAnswer, insertAudit, setAuditAnswer } from '../audit.js'
import { inTransaction, type Database, type Queryable } from '../database.js'
import { tellTransition } from '../sends/ledger-channel.js'
import type { ReminderKey } from '../reminders/reminders.js'
import type { StoredRunArgs } from '../../protocol/workflows.js'
import { runArgsColumns, spellRunArgs, type RunArgsRow } from './run-args.js'
import { countTargets } from './runs.js'

export type RetryRequest = RecordedRequest & {
  runId: string
  /** An instant in UTC, on Temporal's clock. */
  now: string
}

type Opened = Exclude<Retried, { kind: 'already' }>

export type RetryRefusal =
  | { kind: 'unknownRun' }
  /** `isRetry`: it was opened by an earlier request, and has not ended since. */
  | { kind: 'underWay'; state: RunState; isRetry: boolean }
  | { kind: 'accountUnlinked'; accountId: string; state: AccountState }

const unlinked: readonly AccountState[] = ['new', 'logged_out', 'banned', 'unlinked', 'removed']

// Only where each part is either out or surely is not: what is unknown is never sent again by us. A target whose parts
// are all out has nothing to be sent.
const mayBeSentAgain = `t.state = 'failed'
  and not exists (select from send s where s.run_id = t.run_id and s.ordinal = t.ordinal
                    and s.state not in ('acked', 'failed', 'skipped'))
  and exists (select from send s where s.run_id = t.run_id and s.ordinal = t.ordinal and s.state <> 'acked')`

/**
 * Opens a finished run again for its failed targets, all or nothing: they and their sends that are not acknowledged are
 * pending again, each under the message id that it has for life. What is delivered, unknown, skipped or expired stays.
 * A request that was done before is answered as it was then.
 */
export async function retryFailed(database: Database, request: RetryRequest): Promise<Opened | RetryRefusal> {
  const { runId, by, reason, now } = request
  const requestId = retryRequestId(request)
  return await inTransaction(database, async (client) => {
    // Locked first and read then: a join that is looked at again after a wait may miss.
    await client.query(`select from run where id = $1 for update`, [runId])
    const { rows } = await client.query<{
      operator: string
      state: RunState
      accountId: string
      accountState: AccountState
      isRetry: boolean
      body: unknown
    }>(
      `select r.operator, r.state, r.account_id as "accountId", a.state as "accountState",
         r.retried_at is not null as "isRetry", d.sealed_body as body
       from run r join account a on a.id = r.account_id join definition d on d.digest = r.digest
       where r.id = $1`,
      [runId],
    )
    const [run] = rows
    if (!run) return { kind: 'unknownRun' }
    const before = await findAuditAnswer(client, requestId)
    if (before !== undefined) return before as Opened
    if (!isFinalRun(run.state)) return { kind: 'underWay', state: run.state, isRetry: run.isRetry }
    const { accountId, accountState } = run
    const ordinals = await failedTargets(client, runId)
    if (ordinals.length === 0) return { kind: 'nothing', counts: await countTargets(client, runId) }
    if (unlinked.includes(accountState)) return { kind: 'accountUnlinked', accountId, state: accountState }
    await reopenTargets(client, { runId, ordinals })
    const { deliverWithinMs } = storedDefinition(run.body)
    const deadline = spellInstant(new Date(Date.parse(now) + deliverWithinMs))
    await reopenRun(client, { runId, deadline })
    const answer = { kind: 'retried', targets: ordinals.length, deadline } as const
    await insertAudit(client, {
      operator: run.operator,
      subject: runId,
      action: 'retryFailed',
      actor: by ?? null,
      reason: reason ?? null,
      requestId,
      via: wayOf(request.requestId),
    })
    await setAuditAnswer(client, requestId, answer)
    return answer
  })
}

async function failedTargets(client: Queryable, runId: string): Promise<number[]> {
  const { rows } = await client.query<{ ordinal: number }>(
    `select t.ordinal from target t where t.run_id = $1 and ${mayBeSentAgain}`,
    [runId],
  )
  return rows.map(({ ordinal }) => ordinal)
}

async function reopenTargets(
  client: Queryable,
  { runId, ordinals }: { runId: string; ordinals: number[] },
): Promise<void> {
  // The attempts are counted on: an older one can't end a newer one's send.
  const { rows } = await client.query<{ before: 'failed' | 'skipped' }>(
    `with before as (
       select ordinal, part, state from send
       where run_id = $1 and ordinal = any ($2) and state in ('failed', 'skipped') for update
     )
     update send s set state = 'pending', failure = null, refusals = 0 from before b
     where s.run_id = $1 and s.ordinal = b.ordinal and s.part = b.part returning b.state as before`,
    [runId, ordinals],
  )
  await client.query(
    `update target set state = 'pending', reason = null, failure = null, done_at = null
     where run_id = $1 and ordinal = any ($2) and state = 'failed'`,
    [runId, ordinals],
  )
  for (const from of ['failed', 'skipped'] as const)
    tellTransition({ from, to: 'pending', sends: rows.filter(({ before }) => before === from).length })
}

/** The hours of its window are closed until the run has looked: nothing may leave before. */
async function reopenRun(
  client: Queryable,
  { runId, deadline }: { runId: string; deadline: string },
): Promise<void> {
  await client.query(
    `update run set state = 'waiting', hold = null, reason = null, finished_at = null, retried_at = now(), deadline = $2,
       lock_token = null, waits_until = null,
       window_opens_at = case when window_opens_at is not null then '-infinity'::timestamptz end,
       window_closes_at = case when window_closes_at is not null then '-infinity'::timestamptz end
     where id = $1`,
    [runId, deadline],
  )
}

/** Of the audit: one request to one run. */
export function retryRequestId({ runId, requestId }: { runId: string; requestId: string }): string {
  return `${runId}#retryFailed#${requestId}`
}

export type RetriableRun = { args: StoredRunArgs; state: RunState; isRetry: boolean }

/** What a retry of the run is started with. Undefined when the operator has no such run. */
export async function findRetriableRun(
  db: Queryable,
  { operator, runId }: { operator: string; runId: string },
): Promise<RetriableRun | undefined> {
  const { rows } = await db.query<RunArgsRow & { state: RunState; isRetry: boolean }>(
    `select ${runArgsColumns}, r.state, r.retried_at is not null as "isRetry"
     from run r join definition d using (digest) where r.operator = $1 and r.id = $2`,
    [operator, runId],
  )
  return rows.map(({ state, isRetry, ...row }) => ({ args: spellRunArgs(row), state, isRetry }))[0]
}

/** The retries of the reminder's runs that are under way. */
export async function openRetries(db: Queryable, { operator, dedupeKey }: ReminderKey): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from run
     where operator = $1 and dedupe_key = $2 and finished_at is null and retried_at is not null order by id`,
    [operator, dedupeKey],
  )
  return rows.map(({ id }) => id)
}

/** So it had ended, whatever it does now. */
export async function wasRetried(db: Queryable, runId: string): Promise<boolean> {
  const { rows } = await db.query(`select from run where id = $1 and retried_at is not null`, [runId])
  return rows.length > 0
}
