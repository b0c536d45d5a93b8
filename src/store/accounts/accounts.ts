import { lockWorkflowId } from '../../domain/ids.js'
import type { FailureType } from '../../domain/failures.js'
import type { AccountState } from '../../domain/states.js'
import type { RecordedRequest } from '../../protocol/payloads.js'
import { askedOnce, askedParameters } from '../audit.js'
import type { Queryable } from '../database.js'
import { reasonText } from '../encryption/sealed-value.js'

export type Lease = { epoch: number }

/**
 * Makes `owner` the owner of the account's session. The epoch it gets fences every earlier owner: their sends, their
 * commits and their writes of auth keys are refused from now on. Undefined when there is no such account.
 */
export async function takeLease(
  db: Queryable,
  { accountId, owner }: { accountId: string; owner: string },
): Promise<Lease | undefined> {
  const { rows } = await db.query<Lease>(
    `update account set epoch = epoch + 1, session_owner = $2
     where id = $1 and state <> 'removed' returning epoch`,
    [accountId, owner],
  )
  return rows[0]
}

export type AccountStateChange = {
  accountId: string
  /** Only the owner of this epoch may say how the session is. */
  epoch: number
  state: AccountState
  detail?: string
  /** How long it stays so, from now on by Postgres' clock. */
  forMs?: number
  jid?: string
  lid?: string
}

// A socket that comes and goes tells nothing of WhatsApp's restriction of the account, so it must not lift it.
const isRestricted = `(state in ('limited', 'time_locked') and state_until > now()
                    and $3 in ('connecting', 'connected', 'reconnecting'))`

/**
 * Returns false when the epoch is no longer the account's: somebody newer owns the session. A session that is connected
 * has replaced every older socket, so nothing of those reaches WhatsApp any more: their open rate slots end now.
 */
export async function setAccountState(db: Queryable, change: AccountStateChange): Promise<boolean> {
  const { rowCount } = await db.query(
    `with changed as (
     update account set
       state = case when ${isRestricted} then state else $3 end,
       state_detail = case when ${isRestricted} then state_detail else $4 end,
       state_until = case when ${isRestricted} then state_until else now() + $5::float8 * interval '1 millisecond' end,
       state_since = case when ${isRestricted} or state = $3 then state_since else now() end,
       linked_at = case when $6 is distinct from coalesce(jid, '') and $6 is not null then now() else linked_at end,
       jid = coalesce($6, jid), lid = coalesce($7, lid)
     where id = $1 and epoch = $2 returning id
     ), closed as (
       update rate_slot set open = false, at = clock_timestamp()
       where $3 = 'connected' and account_id = (select id from changed) and epoch < $2 and open
     )
     select from changed`,
    [
      change.accountId,
      change.epoch,
      change.state,
      reasonText(change.detail ?? null),
      change.forMs ?? null,
      change.jid ?? null,
      change.lid ?? null,
    ],
  )
  return rowCount === 1
}

/**
 * WhatsApp takes no messages to people from this account until then (`by` says why), or again. Of two reasons the one that
 * lasts longer stays, and the end of one is not that of the other.
 */
export async function setDirectHold(
  db: Queryable,
  { accountId, epoch, by, until }: { accountId: string; epoch: number; by: FailureType; until: Date | null },
): Promise<void> {
  await db.query(
    `update account set direct_held_until = $4::timestamptz, direct_held_by = case when $4::timestamptz is not null then $3 end
     where id = $1 and epoch = $2
       and (direct_held_by is null or direct_held_by = $3 or direct_held_until < coalesce($4, now()))`,
    [accountId, epoch, by, until],
  )
}

/** The epoch of the last lease, without taking one, and how the account is. */
export async function currentLease(
  db: Queryable,
  accountId: string,
): Promise<(Lease & { state: AccountState }) | undefined> {
  const { rows } = await db.query<Lease & { state: AccountState }>(
    `select epoch, state from account where id = $1 and state <> 'removed'`,
    [accountId],
  )
  return rows[0]
}

/** Pauses (a reason) or resumes (null) all sends of the account, from the next one on; once for each request. */
export async function setAccountPause(
  db: Queryable,
  { accountId, reason, request }: { accountId: string; reason: string | null; request: RecordedRequest },
): Promise<void> {
  const its = `select operator, $2::text as id from account where id = $1 and state <> 'removed'`
  await db.query(
    `with ${askedOnce(its, 3)}
     update account set paused_reason = $8 where id = $1 and exists (select from asked)`,
    [
      accountId,
      lockWorkflowId(accountId),
      ...askedParameters(reason === null ? 'resumeAccount' : 'pauseAccount', request),
      reasonText(reason),
    ],
  )
}
