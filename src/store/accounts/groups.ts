import { storable } from '../../domain/storable-text.js'
import { sameName } from '../../domain/groups.js'
import { sealingOf, type Queryable } from '../database.js'
import { words } from '../encryption/sealed-value.js'
import type { Sealing } from '../encryption/sealing.js'

export type GroupRow = {
  jid: string
  subject: string
  participants: number
  /** Baileys' data for sending to the group; opaque here. */
  metadata: object
}

/** `marked`: known to have changed since it was read; `aged`: older than the time allowed. */
export type StoredMetadata = { metadata: unknown; age: 'fresh' | 'aged' | 'marked' }

// A group that is known to have changed keeps its row, since audiences are resolved from the rows, but has been
// fetched "never".
const marked = `'-infinity'::timestamptz`

export async function readGroupMetadata(
  database: Queryable,
  accountId: string,
  jid: string,
  ttlMs: number,
): Promise<StoredMetadata | undefined> {
  const { rows } = await database.query<StoredMetadata>(
    `select metadata,
            case when fetched_at = ${marked} then 'marked'
                 when fetched_at < now() - $3 * interval '1 millisecond' then 'aged'
                 else 'fresh' end as age
     from account_group where account_id = $1 and jid = $2`,
    [accountId, jid, ttlMs],
  )
  return rows.map(({ metadata, age }) => ({ metadata: openedMetadata(metadata), age }))[0]
}

/** Whether all groups of the account were read from WhatsApp within the time allowed. */
export async function groupsAreFresh(
  database: Queryable,
  accountId: string,
  ttlMs: number,
): Promise<boolean> {
  const { rows } = await database.query<{ fresh: boolean | null }>(
    `select groups_read_at > now() - $2 * interval '1 millisecond' as fresh from account where id = $1`,
    [accountId, ttlMs],
  )
  return rows[0]?.fresh === true
}

/** How the whole read of an account's groups is: `retryInMs` is missing where nothing is known of the next try. */
export type GroupsReading = { isRead: boolean; failure: string | null; retryInMs: number | null }

export async function groupsReading(
  database: Queryable,
  accountId: string,
): Promise<GroupsReading | undefined> {
  const { rows } = await database.query<GroupsReading>(
    `select groups_read_at is not null as "isRead", groups_failure as failure,
            (extract(epoch from groups_retry_at - now()) * 1000)::float8 as "retryInMs"
     from account where id = $1`,
    [accountId],
  )
  return rows[0]
}

/** A whole read that failed, and when the session tries again; nothing happens under another epoch. */
export async function saveGroupsFailure(
  database: Queryable,
  {
    accountId,
    epoch,
    failure,
    retryInMs,
  }: { accountId: string; epoch: number; failure: string; retryInMs: number },
): Promise<void> {
  await database.query(
    `update account set groups_failure = $3, groups_failing_since = coalesce(groups_failing_since, now()),
       groups_retry_at = now() + $4 * interval '1 millisecond'
     where id = $1 and epoch = $2`,
    [accountId, epoch, failure, retryInMs],
  )
}

/** The device is linked anew: what was read before says nothing of the groups that it is in now. */
export async function forgetGroupsRead(database: Queryable, accountId: string, epoch: number): Promise<void> {
  await database.query(
    `update account set groups_read_at = null, groups_failure = null, groups_failing_since = null,
       groups_retry_at = null
     where id = $1 and epoch = $2`,
    [accountId, epoch],
  )
}

/** Adds or refreshes groups; nothing happens under another epoch than the account's. */
export async function saveGroups(
  database: Queryable,
  accountId: string,
  epoch: number,
  groups: readonly GroupRow[],
): Promise<void> {
  await database.query(
    `insert into account_group (account_id, jid, subject, subject_index, participants, metadata, fetched_at)
     select account.id, read.jid, read.subject, decode(read.subject_index, 'hex'), read.participants, read.metadata, now()
     from account, jsonb_to_recordset($3) as read (${readColumns})
     where account.id = $1 and account.epoch = $2
     order by read.jid
     on conflict (account_id, jid) do update
       set subject = excluded.subject, subject_index = excluded.subject_index, participants = excluded.participants, metadata = excluded.metadata,
           fetched_at = excluded.fetched_at`,
    [accountId, epoch, await asJson(database, accountId, groups)],
  )
}

/**
 * Makes these the groups of the account and says that they were read, in one statement: what is not among them was
 * left. Of those that changed while they were read the notification knows more: they stay, and are read again before
 * they are sent to.
 */
export async function replaceGroups(
  database: Queryable,
  {
    accountId,
    epoch,
    groups,
    changed,
  }: { accountId: string; epoch: number; groups: readonly GroupRow[]; changed: readonly string[] },
): Promise<void> {
  await database.query(
    `with owner as materialized (
       update account set groups_read_at = now(), groups_failure = null, groups_failing_since = null,
         groups_retry_at = null
       where id = $1 and epoch = $2 returning id
     ), read as materialized (
       select * from jsonb_to_recordset($3) as r (${readColumns})
     ), gone as (
       delete from account_group using owner
       where account_group.account_id = owner.id and account_group.jid not in (select jid from read)
         and account_group.jid <> all ($4)
     )
     insert into account_group (account_id, jid, subject, subject_index, participants, metadata, fetched_at)
     select owner.id, read.jid, read.subject, decode(read.subject_index, 'hex'), read.participants, read.metadata,
       case when read.jid = any ($4) then ${marked} else now() end
     from owner, read
     order by read.jid
     on conflict (account_id, jid) do update
       set subject = excluded.subject, subject_index = excluded.subject_index, participants = excluded.participants, metadata = excluded.metadata,
           fetched_at = excluded.fetched_at`,
    [accountId, epoch, await asJson(database, accountId, groups), changed],
  )
}

/** The next send to the group reads its members again. */
export async function markGroupChanged(database: Queryable, accountId: string, jid: string): Promise<void> {
  await database.query(`update account_group set fetched_at = ${marked} where account_id = $1 and jid = $2`, [
    accountId,
    jid,
  ])
}

export async function renameGroup(
  database: Queryable,
  accountId: string,
  jid: string,
  subject: string,
): Promise<void> {
  const sealing = await sealingOf(database)
  await database.query(
    'update account_group set subject = $3, subject_index = $4 where account_id = $1 and jid = $2',
    [accountId, jid, words(subject), subjectIndex(sealing, { accountId, subject })],
  )
}

/** The account is no longer a member. */
export async function forgetGroup(database: Queryable, accountId: string, jid: string): Promise<void> {
  await database.query('delete from account_group where account_id = $1 and jid = $2', [accountId, jid])
}

const readColumns = 'jid text, subject text, subject_index text, participants integer, metadata jsonb'

async function asJson(db: Queryable, accountId: string, groups: readonly GroupRow[]): Promise<string> {
  const sealing = await sealingOf(db)
  return JSON.stringify(
    groups.map(({ jid, subject, participants, metadata }) => ({
      jid: sealing.numbersHidden(jid),
      subject: sealing.words(storable(subject)),
      subject_index: subjectIndex(sealing, { accountId, subject: storable(subject) }).toString('hex'),
      participants,
      metadata: sealedMetadata(sealing, metadata),
    })),
  )
}

/** By it a group is found by its name. Of another account the same name has another one, so that no two can be compared. */
export function subjectIndex(
  sealing: Sealing,
  { accountId, subject }: { accountId: string; subject: string },
): Buffer {
  return sealing.index.digest('group name', JSON.stringify([accountId, sameName(subject)]))
}

/**
 * The members and the name are sealed as one text; Postgres knows of it only whether the account may write there. What others gave is
 * kept without the characters that Postgres cannot keep: nobody here can correct it.
 */
export function sealedMetadata(sealing: Sealing, metadata: object): object {
  const { cannotPost } = metadata as { cannotPost?: unknown }
  const text = JSON.stringify(metadata, (_name, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  )
  return { ...(cannotPost !== undefined && { cannotPost }), sealed: sealing.words(text) }
}

/** Also one of before it was sealed. */
function openedMetadata(stored: unknown): unknown {
  const { sealed } = (stored ?? {}) as { sealed?: unknown }
  return typeof sealed === 'string' ? JSON.parse(sealed) : stored
}
