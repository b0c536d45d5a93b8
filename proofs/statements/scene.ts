import { webhookTypes } from '../../src/domain/webhooks.js'
import type { ReminderDefinition } from '../../src/domain/definition.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { setAccountState, takeLease } from '../../src/store/accounts/accounts.js'
import type { Database } from '../../src/store/database.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { askForLock } from '../../src/store/accounts/lock-queue.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { insertReminder } from '../../src/store/reminders/reminders.js'
import { prepareRun, setRunState, type NewRun } from '../../src/store/runs/runs.js'
import { insertEndpoint } from '../../src/store/webhooks/webhooks.js'

export const operator = 'school'
export const fixedAccounts = 20
export const endpointId = '00000000-0000-4000-8000-000000000001'
export const botId = 'bot-kept'
/** The log that is written: somebody watches. */
export const eventLog = 7
/** What it was before a standby took over. */
const letGoLog = 3
// Any bytes: the names are in clear, which costs more room and less time.
const subjectIndex = `sha256(convert_to('Group ' || g, 'UTF8'))`
const sentLately = 500
const scheduledAt = '2026-11-24T06:00:00Z'

/** A run that is half done: an account's only one, with the lock, some messages under way and some still to go. */
export type Scene = {
  run: NewRun
  definition: ReminderDefinition
  accountId: string
  epoch: number
  token: number
  targets: number
  /** Ordinals: of a target that was sent to, one that is being sent to, one that nothing was sent to. */
  done: number
  sending: number
  pending: number
  messageId: string
  slot: number
}

export function groupJid(number: number): string {
  return `12036300000${String(number).padStart(7, '0')}@g.us`
}

export function definitionFor(
  account: string,
  changes: Partial<ReminderDefinition> = {},
): ReminderDefinition {
  return {
    version: 2,
    account,
    audience: { kind: 'allGroups' },
    parts: [
      { kind: 'text', text: 'part 0' },
      { kind: 'text', text: 'part 1' },
    ],
    schedule: { kind: 'once', at: scheduledAt, zone: 'UTC' },
    overlap: 'bufferOne',
    priority: 5,
    catchUpMs: 0,
    deliverWithinMs: 3_600_000,
    onUncertain: 'resend',
    groupConcurrency: 3,
    ...changes,
  }
}

/** What does not grow with what is kept: accounts, their groups, what is under way, and what a night has to purge. */
export async function prepareScene(database: Database): Promise<void> {
  for (let index = 0; index < fixedAccounts; index++)
    await insertAccount(database, { id: `account-${index}`, operator, ratePerMinute: 40 })
  await insertEndpoint(database, {
    id: endpointId,
    operator,
    url: 'https://example.org/hook',
    types: [...webhookTypes],
    secret: Buffer.from('secret'),
    allowHttp: false,
  })
  for (const statement of fixed) await database.query(statement)
}

/** Half of its messages were sent in the last hour, and as many in the last minute whatever its size. */
export async function startScene(
  database: Database,
  { name, targets }: { name: string; targets: number },
): Promise<Scene> {
  const accountId = name
  await insertAccount(database, { id: accountId, operator, ratePerMinute: 100_000 })
  await database.query(
    `insert into account_group (account_id, jid, subject, subject_index, participants, metadata)
     select $1, '12036300000' || lpad(g::text, 7, '0') || '@g.us', 'Group ' || g, ${subjectIndex}, 5, '{}' from generate_series(1, $2) g`,
    [accountId, targets],
  )
  const lease = await takeLease(database, { accountId, owner: 'bench' })
  if (!lease) throw new Error(`no account ${accountId}`)
  const { epoch } = lease
  await setAccountState(database, { accountId, epoch, state: 'connected', jid: '1@s.whatsapp.net' })
  // Each by its JID, so that the definition is as large as the audience.
  const recipients = Array.from({ length: targets }, (_, index) => groupJid(index + 1))
  const definition = definitionFor(accountId, { audience: { kind: 'list', recipients } })
  const run = await defineRun(database, name, definition)
  const { runId } = run
  await prepareRun(database, run)
  const { token } = await heldLock(database, runId)
  await setRunState(database, { runId, state: 'running', reason: null, lockToken: token })
  const half = Math.floor(targets / 2)
  const slots = await database.query<{ id: number }>(
    `insert into rate_slot (account_id, at, reminder, acked, begun, open, epoch, ticket)
     select $1, now() - n * interval '1 second' * case when n <= $5 then 59.0 / $5 else 3500.0 / $2 end, $3, n > 3, true,
       n <= 3, $4, n
     from generate_series(1, $2) n order by n returning id`,
    [accountId, targets, name, epoch, sentLately],
  )
  await database.query(
    `update send set state = 'acked', attempt = 1, epoch = $2, sending_at = now(), acked_at = now()
     where run_id = $1 and ordinal < $3`,
    [runId, epoch, half],
  )
  await database.query(
    `update send set state = 'sending', attempt = 1, epoch = $2, sending_at = now()
     where run_id = $1 and ordinal between $3 and $3 + 2 and part = 0`,
    [runId, epoch, half],
  )
  await database.query(
    `update target set state = 'delivered', done_at = now() where run_id = $1 and ordinal < $2`,
    [runId, half],
  )
  await database.query(
    `insert into chat_last_send (account_id, jid, sending_at, acked)
     select $2, jid, now(), ordinal < $3 from target where run_id = $1 and ordinal < $3 + 3`,
    [runId, accountId, half],
  )
  const { rows } = await database.query<{ id: string }>(
    'select message_id as id from send where run_id = $1 and ordinal = 0 and part = 0',
    [runId],
  )
  return {
    run,
    definition,
    accountId,
    epoch,
    token,
    targets,
    done: 0,
    sending: half,
    pending: half + 5,
    messageId: rows[0]?.id ?? '',
    slot: slots.rows[0]?.id ?? 0,
  }
}

async function heldLock(database: Database, runId: string): Promise<{ token: number }> {
  const answer = await askForLock(database, runId)
  if (answer.kind !== 'held') throw new Error(`another run has the lock that ${runId} is to have`)
  return answer
}

/** A reminder, and what its one run is made of. */
export async function defineRun(
  database: Database,
  key: string,
  definition: ReminderDefinition,
): Promise<NewRun> {
  const digest = await saveDefinition(database, definition)
  await insertReminder(database, {
    operator,
    dedupeKey: key,
    digest,
    definition,
    nextFire: scheduledAt,
  })
  return {
    runId: runWorkflowId(operator, key, scheduledAt),
    operator,
    dedupeKey: key,
    accountId: definition.account,
    digest,
    scheduledAt,
    deadline: new Date(Date.now() + 3_600_000).toISOString(),
    priority: 5,
  }
}

const digest = (name: string) => `encode(sha256(convert_to(${name}, 'UTF8')), 'hex')`

const fixed = [
  `update account set state = 'connected', epoch = 1, jid = '1@s.whatsapp.net'`,
  `insert into account_group (account_id, jid, subject, subject_index, participants, metadata)
   select 'account-' || a, '12036300000' || lpad(g::text, 7, '0') || '@g.us', 'Group ' || g, ${subjectIndex}, 5, '{}'
   from generate_series(0, ${fixedAccounts - 1}) a, generate_series(1, 1000) g`,
  `insert into rate_slot (account_id, at, reminder, acked, begun)
   select 'account-' || a, now() - interval '2 minutes' - n * interval '28 seconds', 'live-1', true, true
   from generate_series(0, ${fixedAccounts - 1}) a, generate_series(1, 3000) n`,
  `insert into rate_slot (account_id, at, acked, begun)
   select 'account-3', now() - interval '30 hours', true, true from generate_series(1, 2500)`,
  `insert into definition (digest, sealed_body, created_at)
   select ${digest(`'unused ' || n`)}, jsonb_build_object('version', 2), now() - interval '5 days'
   from generate_series(1, 500) n`,
  `insert into media (digest, mime, bytes, created_at)
   select ${digest(`'unused ' || n`)}, 'image/png', '', now() - interval '5 days' from generate_series(1, 300) n`,
  `insert into definition (digest, sealed_body) values (${digest(`'live'`)}, '${JSON.stringify(definitionFor('account-1'))}')`,
  `insert into reminder (operator, dedupe_key, account_id, digest, next_fire)
   select '${operator}', 'live-' || n, 'account-' || n % ${fixedAccounts}, ${digest(`'live'`)}, now() + n * interval '1 minute'
   from generate_series(1, 5000) n`,
  `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority, state)
   select 'run:${operator}/live-' || n || '@1', '${operator}', 'live-' || n, 'account-' || n % ${fixedAccounts},
     ${digest(`'live'`)}, now(), now() + interval '1 hour', 5, 'waiting' from generate_series(1, 200) n`,
  `insert into target (run_id, ordinal, jid) select id, o, o || '@g.us' from run, generate_series(0, 49) o`,
  `insert into send (run_id, ordinal, part, message_id)
   select run_id, ordinal, 0, run_id || ordinal from target`,
  `insert into auth_key (account_id, category, id, sealed)
   select 'account-1', 'session', n::text, '' from generate_series(1, 100) n`,
  // Somebody watches: each change is an event, too.
  `select watch_events(interval '1 day', interval '1 day')`,
  `update event_log set log = ${eventLog}, kept_xid = '0'`,
  // A reminder that recurs, with its history.
  `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at, purged_at)
   select 'run:${operator}/live-1@past' || n, '${operator}', 'live-1', 'account-1', ${digest(`'live'`)},
     now() - n * interval '1 day', 5, 'completed', now() - n * interval '1 day', case when n > 89 then now() end
   from generate_series(1, 300) n`,
  `insert into audit (at, operator, subject, action, actor, request_id)
   select now() - n * interval '1 hour', '${operator}', 'reminder:${operator}/live-1', 'pause', 'ada', 'live-1-' || n
   from generate_series(1, 100) n`,
  `insert into audit (at, operator, subject, action, receipt_seq)
   select now() - interval '400 days', '${operator}', 'x', 'pause', n from generate_series(1, 1500) n`,
  // What a night has to purge.
  `insert into reminder (operator, dedupe_key, account_id, digest, state, ended_at)
   select '${operator}', 'old-' || n, 'account-2', ${digest(`'live'`)}, 'completed', now() - interval '91 days'
   from generate_series(1, 300) n`,
  `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, finished_at, receipt_of)
   select 'run:${operator}/old-' || n || '@1', '${operator}', 'old-' || n, 'account-2', ${digest(`'live'`)},
     now() - interval '91 days', 5, 'completed', now() - interval '91 days', now() - interval '91 days'
   from generate_series(1, 300) n`,
  `insert into target (run_id, ordinal, jid, state)
   select 'run:${operator}/old-' || n || '@1', o, o || '@s.whatsapp.net', 'delivered'
   from generate_series(1, 300) n, generate_series(0, 9) o`,
  `insert into send (run_id, ordinal, part, message_id, state, sending_at, acked_at)
   select run_id, ordinal, 0, run_id || '/' || ordinal, 'acked', now() - interval '91 days', now() - interval '91 days'
   from target where run_id like '%/old-%'`,
  `insert into upload (run_id, part, content) select id, 0, '' from run where id like '%/old-%'`,
  `insert into webhook_event (id, operator, type, at, data)
   select md5('old ' || n)::uuid, '${operator}', 'run.finished', now() - interval '40 days', '{}'
   from generate_series(1, 1500) n`,
  `insert into webhook_event (id, operator, type, data)
   select md5('new ' || n)::uuid, '${operator}', 'run.finished', '{}' from generate_series(1, 50) n`,
  `insert into webhook_delivery (event_id, endpoint_id, state, ended_at)
   select md5('old ' || n)::uuid, '${endpointId}', 'delivered', now() from generate_series(1, 1500) n`,
  `insert into webhook_delivery (event_id, endpoint_id)
   select md5('new ' || n)::uuid, '${endpointId}' from generate_series(1, 50) n
   on conflict do nothing`,
  `insert into bot (id, operator, telegram_id, username, handler, url, token, secret, max_attempts)
   values ('${botId}', '${operator}', 1, 'kept_bot', 'remote-control', 'https://example.org', 'x', 'x', 5)`,
  `insert into telegram_update (bot, update_id, chat, kind, body)
   select '${botId}', n - 50, sha256(convert_to('chat ' || n % 10, 'UTF8')), 'message', 'x' from generate_series(0, 40) n`,
  ...[eventLog, letGoLog].map(
    (log) => `insert into event (log, xid, at, operator, account_id, run_id, type, data)
   select ${log}, (1 + n % 8)::text::xid8, now() - interval '2 hours', '${operator}', 'account-2',
     'run:${operator}/old-1@1', 'run', '{"state":"completed"}' from generate_series(1, 1500) n`,
  ),
  `update webhook_delivery set handed_at = now(), turn = 1
   where event_id = any (array(select md5('new ' || n)::uuid from generate_series(1, 10) n))`,
]
