import type { ReminderDefinition } from '../../src/domain/definition.js'
import type { Database } from '../../src/store/database.js'
import { insertAccount } from '../../src/store/accounts/registration.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'

export const operator = 'school'
const account = 'office'

const definition: ReminderDefinition = {
  version: 2,
  account,
  audience: { kind: 'list', recipients: ['120363000000000001@g.us', '120363000000000002@g.us'] },
  parts: [{ kind: 'text', text: 'The museum opens at ten' }],
  schedule: { kind: 'once', at: '2026-11-24T06:00:00Z', zone: 'UTC' },
  overlap: 'bufferOne',
  priority: 5,
  catchUpMs: 0,
  deliverWithinMs: 3_600_000,
  onUncertain: 'resend',
  groupConcurrency: 3,
}

/** Runs that have ended, each with a message to two groups, and requests: nine of ten are runs. */
export async function addEnded(
  database: Database,
  { from, count }: { from: number; count: number },
): Promise<{ runs: number; actions: number }> {
  if (from === 0) await insertAccount(database, { id: account, operator })
  const digest = await saveDefinition(database, definition)
  const runs = Math.floor(count * 0.9)
  const n = `generate_series($1::int, $1::int + $2::int - 1) n`
  const id = `'run:${operator}/r-' || n || '@2026-11-24T06:00:00Z'`
  await database.query(
    `insert into reminder (operator, dedupe_key, account_id, digest, state, ended_at)
     select '${operator}', 'r-' || n, '${account}', $3, 'completed', now() from ${n}`,
    [from, runs, digest],
  )
  await database.query(
    `insert into run (id, operator, dedupe_key, account_id, digest, scheduled_at, priority, state, started_at, finished_at,
       revision)
     select ${id}, '${operator}', 'r-' || n, '${account}', $3, '2026-11-24T06:00:00Z', 5, 'completed', now(), now(), 0 from ${n}`,
    [from, runs, digest],
  )
  await database.query(
    `insert into target (run_id, ordinal, jid, state, done_at)
     select ${id}, o, '12036300000000000' || o + 1 || '@g.us', 'delivered', now() from ${n}, generate_series(0, 1) o`,
    [from, runs],
  )
  await database.query(
    `insert into send (run_id, ordinal, part, message_id, state, attempt, epoch, sending_at, acked_at)
     select ${id}, o, 0, '3EB0' || upper(left(md5(n || '/' || o), 18)), 'acked', 1, 1, now(), now()
     from ${n}, generate_series(0, 1) o`,
    [from, runs],
  )
  // The account's own row is one.
  const actions = count - runs - (from === 0 ? 1 : 0)
  await database.query(
    `insert into audit (operator, subject, action, actor, via)
     select '${operator}', 'reminder:${operator}/r-' || n, 'pause', 'ada', 'cli' from ${n}`,
    [from, actions],
  )
  await database.query('vacuum analyze')
  return { runs, actions: count - runs }
}
