import { redacted } from '../../domain/redacted-definition.js'
import { purgeRequests } from '../api-requests.js'
import { onlyRow, type Database, type Queryable } from '../database.js'
import { purgeEvents } from '../events/event-log.js'
import { purgeProgress } from '../inbox/progress.js'
import { purgeUpdates } from '../inbox/updates.js'
import { saveDefinition, storedDefinition } from '../reminders/definitions.js'
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
  people: number
  audit: number
  apiRequests: number
  events: number
  updates: number
}

/** `busy`: another process was at it; what was done until then is done. */
export type PurgeReport = { kind: 'done' | 'busy' } & PurgeCounts

const leastAuditDays = 365
const batch = 1_000
/** A reminder or a run is looked at once it is dealt with, and marked then; this many at a time. */
const marked = 200

/**
 * Purges what ended longer ago than `days`, in batches, each in a transaction of its own that holds the job's lock.
 * Unfinished rows stay, and so do every dedupe key and the row of each run whose reminder lives: they keep an occurrence
 * from being sent again. A batch costs the same however much is kept. See docs/decisions/0018, 0032.
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
    people: 0,
    audit: 0,
    apiRequests: 0,
    events: 0,
    updates: 0,
  }
  const limits = { days, auditDays: Math.max(days, leastAuditDays) }
  for (const step of steps)
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after
      const locked = await withJobLock(database, { job: 'retention', logger }, async (client) => {
        return await step(client, { ...limits, after: from })
      })
      if (locked.kind === 'busy') return { kind: 'busy', ...counts }
      const { next, ...gone } = locked.result
      for (const what of Object.keys(gone) as (keyof PurgeCounts)[]) counts[what] += gone[what] ?? 0
      after = next
      onProgress()
    }
  return { kind: 'done', ...counts }
}

/** `after`: where the batch before it ended, empty at first. */
type Limits = { days: number; auditDays: number; after: string }

/** `next`: where the next batch begins; missing where there is nothing more to do. */
type Batch = Partial<PurgeCounts> & { next?: string }

type Step = (client: Queryable, limits: Limits) => Promise<Batch>

/** Each takes a batch at most; in the order in which they make each other possible. */
export const steps: Step[] = [
  purgeRunContents,
  purgeReminders,
  purgeDefinitions,
  purgeMedia,
  purgeRateSlots,
  purgePeople,
  purgeAudit,
  purgeApiRequests,
  purgeWatchedEvents,
  purgeInbox,
]

// The rows of a batch are named by where they are, or by keys in an array, never by `in (select …)`, nor by a condition
// that can become a join: Postgres doesn't know how few they are, and may read all that is kept to find them.
const old = (column: string) => `${column} < now() - make_interval(days => $1)`

/**
 * The targets with their sends, and the uploads, of runs that are over; a run that has none left is marked. One that is
 * being opened again for a retry is passed over, and so is one without a receipt. What is known of the last message to a chat goes with its target, unless
 * it was not acknowledged: it says that the members may lack the sender's key (docs/decisions/0004).
 */
async function purgeRunContents(client: Queryable, { days }: Limits): Promise<Batch> {
  const { rows } = await client.query<{ id: string; account: string }>(
    `select id, account_id as account from run
     where finished_at is not null and purged_at is null and ${old('finished_at')} and receipt_of = finished_at
     order by finished_at limit ${marked} for no key update skip locked`,
    [days],
  )
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return {}
  const targets = await client.query(
    `with gone as (
       delete from target where ctid = any (array(
         select ctid from target where run_id = any ($1) limit ${batch}))
       returning run_id, jid
     ), chat as (
       delete from chat_last_send where ctid = any (array(
         select l.place from gone join unnest($1::text[], $2::text[]) r (id, account) on r.id = gone.run_id
           cross join lateral (
             select ctid as place from chat_last_send
             where account_id = r.account and jid = gone.jid and acked
               and sending_at < now() - make_interval(days => $3)
             offset 0) l))
     )
     select from gone`,
    [ids, rows.map(({ account }) => account), days],
  )
  const uploads = await client.query(
    `delete from upload where ctid = any (array(select ctid from upload where run_id = any ($1) limit ${batch}))`,
    [ids],
  )
  await client.query(
    `delete from run_left_out where ctid = any (array(
       select ctid from run_left_out where run_id = any ($1) limit ${batch}))`,
    [ids],
  )
  const { rowCount } = await client.query(
    `update run r set purged_at = now()
     where id = any ($1) and (select true from target where run_id = r.id limit 1) is null
       and (select true from upload where run_id = r.id limit 1) is null
       and (select true from run_left_out where run_id = r.id limit 1) is null`,
    [ids],
  )
  const counts = { targets: targets.rowCount ?? 0, uploads: uploads.rowCount ?? 0 }
  const isOver = ids.length < marked && rowCount === ids.length
  return isOver ? counts : { ...counts, next: '' }
}

/**
 * The runs of reminders that are over, and what such a reminder said and to whom; its key, account, times and end stay.
 * One with a run that is not over for as long is left until it is.
 */
async function purgeReminders(client: Queryable, { days }: Limits): Promise<Batch> {
  const { rows } = await client.query<{ operator: string; key: string; body: unknown }>(
    `select m.operator, m.dedupe_key as key, d.sealed_body as body from reminder m join definition d using (digest)
     where m.ended_at is not null and m.purged_at is null and ${old('m.ended_at')}
       and not exists (select from run r where r.operator = m.operator and r.dedupe_key = m.dedupe_key
                         and r.purged_at is null)
     order by m.ended_at limit ${marked}`,
    [days],
  )
  let runs = 0
  let redactedReminders = 0
  for (const { operator, key, body } of rows) {
    const gone = await client.query(
      `delete from run where id = any (array(
         select id from run where operator = $1 and dedupe_key = $2 limit ${batch}))`,
      [operator, key],
    )
    runs += gone.rowCount ?? 0
    // The rest of its runs goes with the next batch.
    if (gone.rowCount === batch || runs >= batch) return { runs, redactedReminders, next: '' }
    const digest = await saveDefinition(client, redacted(storedDefinition(body)))
    await client.query(
      `update reminder set digest = $3, purged_at = now() where operator = $1 and dedupe_key = $2`,
      [operator, key, digest],
    )
    redactedReminders += 1
  }
  return rows.length < marked ? { runs, redactedReminders } : { runs, redactedReminders, next: '' }
}

// A client stores content first and refers to it a moment later; storing it again renews `created_at`. What one is
// storing just now is passed over: to wait for it, with a batch of others locked, would be a deadlock.
const unclaimed = `created_at < now() - interval '1 day'`

/** Looks at each, a page at a time. */
async function purgeDefinitions(client: Queryable, { after }: Limits): Promise<Batch> {
  const { next, gone } = await purgePage(client, 'definition', {
    after,
    isUsed: `coalesce((select true from reminder r where r.digest = page.digest limit 1),
      (select true from run r where r.digest = page.digest limit 1), false)`,
  })
  return { definitions: gone, ...next }
}

async function purgeMedia(client: Queryable, { after }: Limits): Promise<Batch> {
  const { next, gone } = await purgePage(client, 'media', {
    after,
    isUsed: `exists (select from definition d where jsonb_path_query_array(d.sealed_body, '$.**.media') ? page.digest)`,
  })
  return { media: gone, ...next }
}

async function purgePage(
  client: Queryable,
  table: 'definition' | 'media',
  { after, isUsed }: { after: string; isUsed: string },
): Promise<{ gone: number; next: { next: string } | undefined }> {
  const { rows } = await client.query<{ last: string | null; seen: number }>(
    `select max(digest) as last, count(*) as seen
     from (select digest from ${table} where digest > $1 order by digest limit ${batch}) page`,
    [after],
  )
  const { last, seen } = onlyRow(rows, `page of ${table}`)
  if (last === null) return { gone: 0, next: undefined }
  const gone = await affected(
    client,
    `delete from ${table} where ${unclaimed} and digest = any (array(
       select page.digest from ${table} page
       where page.digest = any (array(select digest from ${table} where digest > $1 order by digest limit ${batch}))
         and page.${unclaimed} and not (${isUsed})
       for update of page skip locked))`,
    [after],
  )
  return { gone, next: seen < batch ? undefined : { next: last } }
}

/** The daily cap looks a day back; those of accounts that send are purged as they send. */
async function purgeRateSlots(client: Queryable): Promise<Batch> {
  const rateSlots = await affected(
    client,
    `delete from rate_slot where id = any (array(
       select s.id from account a cross join lateral (
         select id from rate_slot where account_id = a.id and at < now() - interval '25 hours' and not open
         order by at limit ${batch}) s
       limit ${batch}))`,
  )
  return rateSlots < batch ? { rateSlots } : { rateSlots, next: '' }
}

/** Of a person who was not asked for so long nothing is believed any more. Where somebody has moved to stays known. */
async function purgePeople(client: Queryable, { days }: Limits): Promise<Batch> {
  const people = await affected(
    client,
    `delete from account_person where ctid = any (array(
       select ctid from account_person where moved_at is null and asked_at < now() - make_interval(days => greatest(31, $1))
       order by asked_at limit ${batch}))`,
    [days],
  )
  return people < batch ? { people } : { people, next: '' }
}

async function purgeAudit(client: Queryable, { auditDays }: Limits): Promise<Batch> {
  const audit = await affected(
    client,
    `delete from audit where id = any (array(
       select id from audit where ${old('at')} and receipt_seq is not null order by at limit ${batch}))`,
    [auditDays],
  )
  return audit < batch ? { audit } : { audit, next: '' }
}

/** However long others are kept: an answer may have a secret in it. */
async function purgeApiRequests(client: Queryable): Promise<Batch> {
  const apiRequests = await purgeRequests(client, batch)
  return apiRequests < batch ? { apiRequests } : { apiRequests, next: '' }
}

/** They are kept for an hour, whatever `days` says: who watches has read them. */
async function purgeWatchedEvents(client: Queryable): Promise<Batch> {
  const events = await purgeEvents(client)
  return events < batch ? { events } : { events, next: '' }
}

/** A redelivery is known by the row: Telegram gives up long before a row goes. */
async function purgeInbox(client: Queryable, { days }: Limits): Promise<Batch> {
  const updates = await purgeUpdates(client, { days, limit: batch })
  const told = await purgeProgress(client, { days, limit: batch })
  return Math.max(updates, told) < batch ? { updates } : { updates, next: '' }
}

async function affected(client: Queryable, statement: string, values: unknown[] = []): Promise<number> {
  const { rowCount } = await client.query(statement, values)
  return rowCount ?? 0
}
