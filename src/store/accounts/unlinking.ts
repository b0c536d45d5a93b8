import { sessionWorkflowId } from '../../domain/ids.js'
import type { AccountState } from '../../domain/states.js'
import type { RecordedRequest } from '../../protocol/payloads.js'
import { askedOnce, askedParameters, unasked, type Asker } from '../audit.js'
import { inTransaction, type Database, type Queryable } from '../database.js'
import { cancelRunsOfAccount } from '../runs/run-holds.js'
import { reasonText } from '../encryption/sealed-value.js'

/** The device is to be taken off the account at WhatsApp; with `removes` the account goes, too. */
export type Unlinking = { removes: boolean; because: string }

/**
 * Asks for it, once for each request. From the commit on an account that is to be removed sends nothing: it is paused, and
 * its runs are canceled. Who asks for a link in the meantime is overruled. An account that is to be removed stays so.
 */
export async function requestUnlinking(
  database: Database,
  { accountId, removes, because, request }: Unlinking & { accountId: string; request: RecordedRequest },
): Promise<void> {
  await inTransaction(database, async (client) => {
    const its = `select operator, $2::text as id from account where id = $1 and state <> 'removed'`
    const { rowCount } = await client.query(
      `with ${askedOnce(its, 3)}, given_up as (
         delete from pairing where account_id = $1 and exists (select from asked)
       )
       insert into unlinking (account_id, removes, because) select $1, $8, $9 from asked
       on conflict (account_id) do update set removes = unlinking.removes or excluded.removes,
         because = case when unlinking.removes then unlinking.because else excluded.because end`,
      [
        accountId,
        sessionWorkflowId(accountId),
        ...askedParameters(removes ? 'removeAccount' : 'unlink', request),
        removes,
        reasonText(because),
      ],
    )
    if (!removes || rowCount === 0) return
    await client.query(`update account set paused_reason = $2 where id = $1`, [
      accountId,
      reasonText(because),
    ])
    await cancelRunsOfAccount(client, accountId, because)
  })
}

export async function findUnlinking(db: Queryable, accountId: string): Promise<Unlinking | undefined> {
  const { rows } = await db.query<Unlinking>(`select removes, because from unlinking where account_id = $1`, [
    accountId,
  ])
  return rows[0]
}

/** There is nothing to be taken off. What is asked of a removal stays. */
export async function clearUnlinking(db: Queryable, accountId: string): Promise<void> {
  await db.query(`delete from unlinking where account_id = $1 and not removes`, [accountId])
}

// A new epoch: nothing that was begun with the device is sent or stored any more. What the number is stays known, so that
// another one asks first.
const unlinked = `update account set state = 'unlinked', state_detail = $2, state_until = null, state_since = now(),
    epoch = epoch + 1, session_owner = null, direct_held_until = null, direct_held_by = null`
const itsKeys = `keys as (
    delete from auth_key using owner where auth_key.account_id = owner.id
  ), pairings as (
    delete from pairing using owner where pairing.account_id = owner.id
  )`
// That of a removal stays until the account is gone.
const itsRequest = `request as (
    delete from unlinking using owner where unlinking.account_id = owner.id and not unlinking.removes
  )`

/** WhatsApp has taken the device off. Returns false when the account has another epoch; nothing is changed then. */
export async function commitUnlinked(
  db: Queryable,
  { accountId, epoch, detail }: { accountId: string; epoch: number; detail: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with owner as (${unlinked} where id = $1 and epoch = $3 and state <> 'removed' returning id), ${itsKeys}, ${itsRequest}
     select from owner`,
    [accountId, reasonText(detail), epoch],
  )
  return rowCount === 1
}

/** The same without WhatsApp's word, whoever owns the session: it can do nothing any more. */
export async function unlinkHere(
  db: Queryable,
  { accountId, detail }: { accountId: string; detail: string },
  asker: Asker = unasked,
): Promise<void> {
  await db.query(
    `with owner as (${unlinked} where id = $1 and state <> 'removed' returning operator, id), ${itsKeys}, ${itsRequest}
     insert into audit (operator, subject, action, actor, via)
     select operator, 'session:' || id, 'unlinkHere', $3, $4 from owner`,
    [accountId, reasonText(detail), asker.actor, asker.via],
  )
}

/** A reminder that goes on although its account is to be removed. */
export type ReminderOfAccount = {
  operator: string
  dedupeKey: string
  accountId: string
  state: 'scheduled' | 'running' | 'paused'
  nextFire: Date | null
}

// One that is about to end by a cancel does so when its runs have ended.
const goesOn = `r.account_id = a.id and r.operator = a.operator and r.ended_at is null and r.ending is null
  and (r.state <> 'paused' or r.paused_until is not null or r.reason is distinct from $2)`

/** Those that are not paused for good with this reason, by key. */
export async function remindersThatGoOn(
  db: Queryable,
  { accountId, reason, limit }: { accountId: string; reason: string; limit: number },
): Promise<ReminderOfAccount[]> {
  const { rows } = await db.query<ReminderOfAccount>(
    `select r.operator, r.dedupe_key as "dedupeKey", r.account_id as "accountId", r.state, r.next_fire as "nextFire"
     from account a join reminder r on ${goesOn} where a.id = $1 order by r.dedupe_key limit $3`,
    [accountId, reason, limit],
  )
  return rows
}

/**
 * The end of a removal, where no reminder goes on. The row stays, without what was known of the device; everything that was
 * learned from WhatsApp goes. Returns false where there is something to be done before.
 */
export async function removeAccount(
  db: Queryable,
  { accountId, reason }: { accountId: string; reason: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with owner as (
       update account a set state = 'removed', state_detail = u.because, state_until = null, state_since = now(),
         epoch = a.epoch + 1, session_owner = null, direct_held_until = null, direct_held_by = null,
         jid = null, lid = null, linked_at = null, groups_read_at = null, groups_failure = null,
         groups_failing_since = null, groups_retry_at = null
       from unlinking u
       where a.id = $1 and u.account_id = a.id and u.removes
         and not exists (select from reminder r where ${goesOn})
       returning a.id
     ), ${itsKeys}, groups as (
       delete from account_group using owner where account_group.account_id = owner.id
     ), chats as (
       delete from chat_last_send using owner where chat_last_send.account_id = owner.id
     ), request as (
       delete from unlinking using owner where unlinking.account_id = owner.id
     )
     select from owner`,
    [accountId, reason],
  )
  return rowCount === 1
}

/** What the removal of an account would hold and end: a reminder whose last run is under way ends with it. */
export type RemovalPreview = { reminders: number; runs: number }

export async function previewRemoval(db: Queryable, accountId: string): Promise<RemovalPreview> {
  const { rows } = await db.query<RemovalPreview>(
    `select (select count(*) from reminder r
        where r.operator = a.operator and r.account_id = a.id and r.ended_at is null
          and (r.next_fire is not null or r.buffered_at is not null or r.state = 'paused'))::int as reminders,
       (select count(*) from run where account_id = a.id and finished_at is null)::int as runs
     from account a where a.id = $1`,
    [accountId],
  )
  return rows[0] ?? { reminders: 0, runs: 0 }
}

/** Whether the account of a reminder is gone, or about to go: nothing of it fires then. */
export async function isRemoved(db: Queryable, accountId: string): Promise<boolean> {
  const { rows } = await db.query<{ state: AccountState }>(
    `select a.state from account a where a.id = $1
       and (a.state = 'removed' or exists (select from unlinking u where u.account_id = a.id and u.removes))`,
    [accountId],
  )
  return rows.length > 0
}
