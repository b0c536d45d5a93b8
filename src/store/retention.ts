import { readDefinition } from '../domain/definition-versions.js'
import { nobody, redacted } from '../domain/redacted-definition.js'
import type { Database, Queryable } from './database.js'
import { saveDefinition } from './definitions.js'
import { withJobLock, type WarningLogger } from './job-lock.js'

/** How many rows went, by what they were. `redactedReminders` keep their row: it is what holds their key. */
export type PurgeCounts = {
  targets: number
  uploads: number
  runs: number
  redactedReminders: number
  definitions: number
  media: number
  rateSlots: number
  audit: number
}

/** `busy`: another process was at it; what was done until then is done. */
export type PurgeReport = { kind: 'done' | 'busy' } & PurgeCounts

const leastAuditDays = 365
const batch = 1_000

/**
 * Purges what ended longer ago than `days`, in batches, each in a transaction of its own that holds the job's lock.
 * What is unfinished stays, and so does every dedupe key, and the row of each run whose reminder lives: they are what
 * keeps an occurrence from being sent again. See docs/decisions/0018.
 */
export async function purge(
  { database, logger }: { database: Database; logger: WarningLogger },
  { days, onProgress = () => undefined }: { days: number; onProgress?: () => void },
): Promise<PurgeReport> {
  const counts: PurgeCounts = {
    targets: 0,
    uploads: 0,
    runs: 0,
    redactedReminders: 0,
    definitions: 0,
    media: 0,
    rateSlots: 0,
    audit: 0,
  }
  const limits = { days, auditDays: Math.max(days, leastAuditDays) }
  for (const [what, step] of steps)
    for (let count = batch; count === batch;) {
      const locked = await withJobLock(database, { job: 'retention', logger }, async (client) => {
        return await step(client, limits)
      })
      if (locked.kind === 'busy') return { kind: 'busy', ...counts }
      count = locked.result
      counts[what] += count
      onProgress()
    }
  return { kind: 'done', ...counts }
}

/** Each takes at most `batch` rows and returns how many; in the order in which they make each other possible. */
type Step = (client: Queryable, limits: { days: number; auditDays: number }) => Promise<number>

const steps: [keyof PurgeCounts, Step][] = [
  ['targets', purgeTargets],
  ['uploads', purgeUploads],
  ['runs', purgeRuns],
  ['redactedReminders', redactReminders],
  ['definitions', purgeDefinitions],
  ['media', purgeMedia],
  ['rateSlots', purgeRateSlots],
  ['audit', purgeAudit],
]

const old = (column: string) => `${column} < now() - make_interval(days => $1)`

/**
 * With their sends. One whose last send was not acknowledged, and is the last one to that chat, stays: it says that the
 * members may lack the sender's key (docs/decisions/0004). A run that is being opened again for a retry is passed over.
 */
async function purgeTargets(client: Queryable, { days }: { days: number }): Promise<number> {
  return await affected(
    client,
    `delete from target where (run_id, ordinal) in (
       select t.run_id, t.ordinal from target t join run r on r.id = t.run_id
       where ${old('r.finished_at')} and not exists (
         select from send s where s.run_id = t.run_id and s.ordinal = t.ordinal
           and s.sending_at is not null and s.state <> 'acked'
           and not exists (select from target t2 join run r2 on r2.id = t2.run_id and r2.account_id = r.account_id
             join send s2 on s2.run_id = t2.run_id and s2.ordinal = t2.ordinal
             where t2.jid = t.jid and s2.sending_at > s.sending_at))
       limit ${batch} for share of r skip locked)`,
    [days],
  )
}

async function purgeUploads(client: Queryable, { days }: { days: number }): Promise<number> {
  return await affected(
    client,
    `delete from upload where (run_id, part) in (
       select u.run_id, u.part from upload u join run r on r.id = u.run_id where ${old('r.finished_at')}
       limit ${batch})`,
    [days],
  )
}

async function purgeRuns(client: Queryable, { days }: { days: number }): Promise<number> {
  return await affected(
    client,
    `delete from run where id in (
       select r.id from run r join reminder m on m.operator = r.operator and m.dedupe_key = r.dedupe_key
       where ${old('r.finished_at')} and ${old('m.ended_at')}
         and not exists (select from target t where t.run_id = r.id)
       limit ${batch})`,
    [days],
  )
}

/** What a reminder that is over said and to whom; its key, account, times and end stay. */
async function redactReminders(client: Queryable, { days }: { days: number }): Promise<number> {
  const { rows } = await client.query<{ operator: string; key: string; body: unknown }>(
    `select r.operator, r.dedupe_key as key, d.body from reminder r join definition d using (digest)
     where ${old('r.ended_at')} and not coalesce(d.body -> 'audience' -> 'recipients' ? $2, false)
     limit ${batch}`,
    [days, nobody],
  )
  for (const { operator, key, body } of rows) {
    const digest = await saveDefinition(client, redacted(readDefinition(body)))
    await client.query(`update reminder set digest = $3 where operator = $1 and dedupe_key = $2`, [
      operator,
      key,
      digest,
    ])
  }
  return rows.length
}

// A client stores content first and refers to it a moment later; storing it again renews `created_at`. What one is
// storing just now is passed over: to wait for it, with a batch of others locked, would be a deadlock.
const unclaimed = `created_at < now() - interval '1 day'`

async function purgeDefinitions(client: Queryable): Promise<number> {
  return await affected(
    client,
    `delete from definition where ${unclaimed} and digest in (
       select d.digest from definition d
       where d.${unclaimed} and not exists (select from reminder r where r.digest = d.digest)
         and not exists (select from run r where r.digest = d.digest)
       limit ${batch} for update of d skip locked)`,
  )
}

async function purgeMedia(client: Queryable): Promise<number> {
  return await affected(
    client,
    `delete from media where ${unclaimed} and digest in (
       select digest from media where ${unclaimed}
         and digest not in (select media #>> '{}' from definition, jsonb_path_query(body, '$.**.media') as media)
       limit ${batch} for update skip locked)`,
  )
}

/** The daily cap looks a day back; those of accounts that send are purged as they send. */
async function purgeRateSlots(client: Queryable): Promise<number> {
  return await affected(
    client,
    `delete from rate_slot where id in (
       select id from rate_slot where at < now() - interval '25 hours' and not open limit ${batch})`,
  )
}

async function purgeAudit(client: Queryable, { auditDays }: { auditDays: number }): Promise<number> {
  return await affected(
    client,
    `delete from audit where id in (select id from audit where ${old('at')} limit ${batch})`,
    [auditDays],
  )
}

async function affected(client: Queryable, statement: string, values: unknown[] = []): Promise<number> {
  const { rowCount } = await client.query(statement, values)
  return rowCount ?? 0
}
