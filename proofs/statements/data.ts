import type { Database, Queryable } from '../../src/store/database.js'
import { growingTables } from './plan.js'
import { eventLog, fixedAccounts } from './scene.js'

/**
 * What a system has kept after two years: of each reminder three runs, whose targets and sends are there for 90 days.
 * Generated in Postgres, from one reminder's number to another's, so that the second tenth is as the first.
 */
export async function generateKept(
  database: Database,
  range: { from: number; to: number },
  say: (text: string) => void,
): Promise<void> {
  const db = await database.connect()
  try {
    await generate(db, range, say)
  } finally {
    // Without its settings.
    db.release(true)
  }
}

async function generate(
  db: Queryable,
  { from, to }: { from: number; to: number },
  say: (text: string) => void,
): Promise<void> {
  // Neither triggers nor references are checked: that would take longer than the rows themselves.
  await db.query(`set session_replication_role = replica`)
  await db.query(`set maintenance_work_mem = '512MB'`)
  const indexes = await dropIndexes(db)
  for (const [what, statement] of Object.entries(statements)) {
    say(`Generating ${what} of reminders ${from} to ${to - 1}`)
    await db.query(statement.replaceAll('$from', String(from)).replaceAll('$to', String(to)))
  }
  say('Building the indexes, and collecting statistics')
  for (const statement of indexes) await db.query(statement)
  await db.query('vacuum analyze')
}

/** They are built faster than they are kept up. Returns the statements that make them again. */
async function dropIndexes(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = any ($1::regclass[])
       and not exists (select from pg_constraint where conindid = indexrelid)`,
    [growingTables],
  )
  for (const { name } of rows) await db.query(`drop index ${name}`)
  await db.query(`alter table copy_request drop constraint copy_request_message_id_fkey`)
  await db.query(`alter table send drop constraint send_message_id_key`)
  return [
    ...rows.map(({ definition }) => definition),
    `alter table send add constraint send_message_id_key unique (message_id)`,
    `alter table copy_request add constraint copy_request_message_id_fkey
       foreign key (message_id) references send (message_id) on delete cascade not valid`,
  ]
}

const n = `generate_series($from, $to - 1) as n`
const accountOf = `'account-' || n % ${fixedAccounts}`
const digestOf = (name: string) => `encode(sha256(convert_to(${name}, 'UTF8')), 'hex')`
const endedAt = `now() - (n % 730) * interval '1 day' - interval '1 hour'`

const head = {
  v: 1,
  operator: 'school',
  seq: 4,
  hash: '0'.repeat(64),
  at: '2026-11-24T06:00:00.000Z',
  publicKey: '',
  signature: '',
}

const statements = {
  media: `insert into media (digest, mime, bytes, thumbnail, width, height, created_at)
    select ${digestOf(`'media ' || n`)}, 'image/jpeg', convert_to(repeat('x', 200), 'UTF8'), '', 1, 1,
      now() - interval '400 days'
    from ${n} where n % 40 = 0`,
  definitions: `insert into definition (digest, sealed_body, created_at)
    select ${digestOf(`'definition ' || n`)}, jsonb_build_object(
        'version', 2, 'account', ${accountOf},
        'audience', jsonb_build_object('kind', 'list', 'recipients', (
          select jsonb_agg('12036300000' || lpad(g::text, 7, '0') || '@g.us') from generate_series(1, 14) g)),
        'parts', case when n % 40 = 0
          then jsonb_build_array(jsonb_build_object('kind', 'image', 'media', ${digestOf(`'media ' || n`)}))
          else jsonb_build_array(jsonb_build_object('kind', 'text', 'text', 'part 0'),
                                 jsonb_build_object('kind', 'text', 'text', 'part 1')) end,
        'schedule', jsonb_build_object('kind', 'once', 'at', '2026-11-24T06:00:00Z', 'zone', 'UTC'),
        'overlap', 'bufferOne', 'priority', 5, 'catchUpMs', 0, 'deliverWithinMs', 3600000,
        'onUncertain', 'resend', 'groupConcurrency', 3),
      now() - interval '400 days'
    from ${n} where n % 4 = 0`,
  reminders: `insert into reminder (operator, dedupe_key, account_id, digest, state, created_at, ended_at, deleted_at, purged_at)
    select 'school', 'r-' || n, ${accountOf}, ${digestOf(`'definition ' || n / 4 * 4`)}, 'completed',
      ${endedAt} - interval '3 days', ${endedAt}, case when n % 3 = 0 then ${endedAt} end,
      case when n % 730 >= 90 then now() end
    from ${n}`,
  runs: `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, deadline, priority, state, created_at,
      started_at, finished_at, gap_ms, purged_at, receipt_of)
    select 'run:school/r-' || n || '@' || j, 'school', 'r-' || n, ${accountOf}, ${digestOf(`'definition ' || n / 4 * 4`)},
      ${endedAt} - j * interval '1 hour', ${endedAt}, 5, case when j = 2 then 'partial' else 'completed' end,
      ${endedAt} - j * interval '1 hour', ${endedAt} - j * interval '1 hour', ${endedAt} - j * interval '1 minute', 250,
      case when n % 730 >= 90 then now() end, ${endedAt} - j * interval '1 minute'
    from ${n}, generate_series(0, 2) as j`,
  targets: `insert into target (run_id, ordinal, jid, state, done_at)
    select 'run:school/r-' || n || '@' || j, o, '12036300000' || lpad((o + 1)::text, 7, '0') || '@g.us', 'delivered', now()
    from ${n}, generate_series(0, 2) as j, generate_series(0, 13) as o where n % 730 < 90`,
  sends: `insert into send (run_id, ordinal, part, message_id, state, attempt, epoch, sending_at, acked_at)
    select 'run:school/r-' || n || '@' || j, o, p,
      '3EB0' || upper(left(encode(sha256(convert_to(n || '@' || j || '#' || o || '/' || p, 'UTF8')), 'hex'), 18)), 'acked',
      1, 1, ${endedAt}, ${endedAt}
    from ${n}, generate_series(0, 2) as j, generate_series(0, 13) as o, generate_series(0, 1) as p where n % 730 < 90`,
  'copy requests': `insert into copy_request (message_id, device, account_id, chat, asked_at, count, copies, is_wanted)
    select '3EB0' || upper(left(encode(sha256(convert_to(n || '@0#0/0', 'UTF8')), 'hex'), 18)), '9' || n % 5000 || '@lid',
      ${accountOf}, '120363000000000001@g.us', ${endedAt}, 1, 1, false
    from ${n} where n % 730 < 90`,
  uploads: `insert into upload (run_id, part, content, uploaded_at)
    select 'run:school/r-' || n || '@' || j, 0, convert_to(repeat('x', 300), 'UTF8'), ${endedAt}
    from ${n}, generate_series(0, 2) as j where n % 730 < 90 and n % 4 = 0`,
  'last sends': `insert into chat_last_send (account_id, jid, sending_at, acked)
    select ${accountOf}, '4930' || n || '@s.whatsapp.net', ${endedAt}, true from ${n} where n % 10 = 0`,
  audit: `insert into audit (at, operator, subject, action, actor, request_id, receipt_seq)
    select now() - (n % 360) * interval '1 day', 'school', 'reminder:school/r-' || n, 'pause', 'ada', 'request-' || n, 4 * n + 4
    from ${n}`,
  receipts: `insert into receipt (operator, seq, run_id, hash, body, written_at)
    select 'school', 4 * n + j + 1, case when j < 3 then 'run:school/r-' || n || '@' || j end,
      sha256(convert_to(n || '/' || j, 'UTF8')), repeat('x', 600), now() - interval '30 days'
    from ${n}, generate_series(0, 3) as j`,
  'ends of chains': `insert into receipt_chain (operator, seq, hash, head)
    values ('school', 4 * $to, sha256(''), '${JSON.stringify(head)}')
    on conflict (operator) do update set seq = excluded.seq`,
  'webhook events': `insert into webhook_event (id, operator, type, at, data)
    select md5('event ' || n)::uuid, 'school', 'run.finished', now() - (n % 29) * interval '1 day',
      jsonb_build_object('runId', n) from ${n}`,
  'webhook deliveries': `insert into webhook_delivery (event_id, endpoint_id, state, handed_at, attempts, last_at, ended_at)
    select md5('event ' || n)::uuid, '00000000-0000-4000-8000-000000000001', 'delivered', now(), 1, now(), now() from ${n}`,
  events: `insert into event (log, xid, at, operator, account_id, run_id, type, data)
    select ${eventLog}, (10 + n % 500)::text::xid8, now() - interval '30 minutes', 'school',
      ${accountOf}, 'run:school/r-' || n || '@0', 'run', jsonb_build_object('state', 'completed')
    from ${n}`,
  // The dead do not grow with what is kept: somebody looks at them.
  updates: `insert into telegram_update (bot, update_id, chat, kind, state, body, ended_at)
    select 'bot-kept', n, sha256(convert_to('chat ' || n % 50, 'UTF8')), 'message', case when n % 500 = 0 and n <= 50000 then 'dead' else 'done' end,
      '', now() - (n % 90) * interval '1 day'
    from ${n}`,
  'auth keys': `insert into auth_key (account_id, category, id, sealed)
    select 'account-' || 2 * (n / 5 % 10), 'session', n::text, convert_to(repeat('x', 100), 'UTF8') from ${n} where n % 5 = 0`,
}
