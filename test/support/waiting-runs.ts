import type { Client } from '@temporalio/client'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import type { Database } from '../../src/store/database.js'
import type { run } from '../../src/workflows/run/run.js'
import { runStart } from '../../src/protocol/run-start.js'
import { groupJid, texts } from './ledger.js'

/** Runs of one account that are to wait for its lock: one for each of so many reminders, stored all at once. */
export type WaitingRuns = {
  operator: string
  accountId: string
  /** Their numbers: `first`, and those after it. */
  first: number
  count: number
  /** Messages of each. */
  sends: number
  /** Each in the hours of one of nine windows; else at any hour. */
  areWindowed?: boolean
}

const scheduledAt = '2026-11-24T06:00:00Z'
const groupConcurrency = 3
const priority = 5
const deadlineOf = () => new Date(Date.now() + 48 * 3_600_000).toISOString()

const keyOf = (index: number) => `waiting-${index}`
export const waitingRunId = (operator: string, index: number): string =>
  runWorkflowId(operator, keyOf(index), scheduledAt)

/** Each with a definition of its own. */
export async function storeRuns(database: Database, runs: WaitingRuns): Promise<void> {
  const { operator, accountId, first, count, sends, areWindowed = false } = runs
  const definition: ReminderDefinition = {
    version: 2,
    account: accountId,
    audience: { kind: 'list', recipients: Array.from({ length: sends }, (_, i) => groupJid(i + 1)) },
    parts: texts(1),
    schedule: { kind: 'once', at: scheduledAt, zone: 'UTC' },
    overlap: 'bufferOne',
    priority,
    catchUpMs: 0,
    deliverWithinMs: 48 * 3_600_000,
    onUncertain: 'resend',
    groupConcurrency,
  }
  const numbers = `generate_series($1::int, $1::int + $2::int - 1) as i`
  const digest = `encode(sha256(convert_to('waiting-' || i, 'UTF8')), 'hex')`
  const zones = ['Africa/Nairobi', 'Europe/Berlin', 'America/New_York']
  const windows = [
    { from: '00:00', to: '23:59' },
    { from: '06:00', to: '05:30' },
    { from: '12:00', to: '11:45' },
  ]
  await database.query(
    `insert into definition (digest, sealed_body)
     select ${digest}, $3::jsonb || case when $6 then jsonb_build_object('window', $4::jsonb -> (i % 3)) else '{}' end
       || jsonb_build_object('schedule', $3::jsonb -> 'schedule' || jsonb_build_object('zone', $5::jsonb -> (i / 3 % 3)))
     from ${numbers}`,
    [first, count, JSON.stringify(definition), JSON.stringify(windows), JSON.stringify(zones), areWindowed],
  )
  await database.query(
    `insert into reminder (operator, dedupe_key, account_id, digest, state, next_fire)
     select $3, 'waiting-' || i, $4, ${digest}, 'running', null from ${numbers}`,
    [first, count, operator, accountId],
  )
  await database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority)
     select $5 || i || $6, $3, 'waiting-' || i, $4, ${digest}, $7, $8, $9 from ${numbers}`,
    [
      first,
      count,
      operator,
      accountId,
      ...waitingRunId(operator, 0)
        .split('waiting-0')
        .map((part, place) => (place === 0 ? `${part}waiting-` : part)),
      scheduledAt,
      deadlineOf(),
      priority,
    ],
  )
}

/** What their workflows would have written by the time at which they wait, without any workflow. */
export async function storeWaiting(database: Database, runs: WaitingRuns): Promise<void> {
  const { operator, accountId, first, count, sends } = runs
  await storeRuns(database, runs)
  const ids = [Array.from({ length: count }, (_, i) => waitingRunId(operator, first + i)), sends]
  await database.query(
    `insert into target (run_id, ordinal, jid)
     select id, ordinal, 'group-' || ordinal from unnest($1::text[]) id, generate_series(0, $2::int - 1) ordinal`,
    ids,
  )
  await database.query(
    `insert into send (run_id, ordinal, part, message_id)
     select id, ordinal, 0, id || ordinal from unnest($1::text[]) id, generate_series(0, $2::int - 1) ordinal`,
    ids,
  )
  await database.query(
    `insert into lock_request (run_id, account_id, priority, scheduled_at)
     select id, $2, priority, scheduled_at from run where id = any ($1)`,
    [ids[0], accountId],
  )
  await database.query(
    `update run set prepared_at = now(), state = 'waiting', reason = 'the lock of the account'
     where id = any ($1)`,
    [ids[0]],
  )
}

/** Starts the workflow of one that is stored, as its reminder would. */
export async function startStoredRun(
  temporal: Client,
  { operator, accountId }: Pick<WaitingRuns, 'operator' | 'accountId'>,
  index: number,
): Promise<void> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(keyOf(index)))
  await temporal.workflow.start<typeof run>(
    'run',
    runStart({
      runId: waitingRunId(operator, index),
      operator,
      dedupeKey: keyOf(index),
      accountId,
      digest: Buffer.from(digest).toString('hex'),
      scheduledAt,
      deadline: deadlineOf(),
      priority,
      groupConcurrency,
    }),
  )
}

/** How many are in the queue for the account's lock. */
export async function countWaiting(database: Database, accountId: string): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    `select count(*) from lock_request where account_id = $1`,
    [accountId],
  )
  return rows[0]?.count ?? 0
}
