import type { Part, ReminderDefinition } from '../../domain/definition.js'
import { lastMomentMs } from '../../domain/hours/last-moment.js'
import type { AccountState, FinalTargetState, RunState, TargetState } from '../../domain/states.js'
import { inTransaction, type Database, type Queryable } from '../database.js'
import { tellEnded, tellTransition } from './ledger-channel.js'
import { reasonText } from '../encryption/sealed-value.js'
import { readableParts } from '../reminders/definitions.js'

/** One part to one target: what every statement of the ledger is about. */
export type SendKey = { runId: string; ordinal: number; part: number }

export type SendState = 'pending' | 'sending' | 'acked' | 'failed' | 'unknown' | 'skipped' | 'expired'

/** How a send ends that is not acknowledged. */
export type EndedSend = { state: Extract<SendState, 'failed' | 'unknown' | 'expired' | 'skipped'> }

export type Delivery = {
  jid: string
  targetState: TargetState
  targetReason: string | null
  parts: Part[]
  onUncertain: ReminderDefinition['onUncertain']
  /** The account's last message to this chat, of whatever run, was not acknowledged: its members may lack the key. */
  lastIsUncertain: boolean
  /** WhatsApp takes no messages to people from the account until then, and this is one. */
  heldUntil: Date | null
  sends: { part: number; messageId: string; state: SendState; attempt: number }[]
}

const isGroup = `t.jid like '%@g.us'`

/** A target with its sends, and how far they are. Undefined when there is no such target. */
export async function loadDelivery(
  db: Queryable,
  { runId, ordinal }: { runId: string; ordinal: number },
): Promise<Delivery | undefined> {
  const { rows } = await db.query<Delivery>(
    `select t.jid, t.state as "targetState", t.reason as "targetReason",
       d.sealed_parts as parts, d.on_uncertain as "onUncertain",
       coalesce((select not last.acked from chat_last_send last
                 where last.account_id = r.account_id and last.jid = t.jid), false) as "lastIsUncertain",
       (select a.direct_held_until from account a
        where a.id = r.account_id and a.direct_held_until > clock_timestamp() and not ${isGroup}) as "heldUntil",
       (select jsonb_agg(jsonb_build_object('part', s.part, 'messageId', s.message_id, 'state', s.state,
                                            'attempt', s.attempt) order by s.part)
        from send s where s.run_id = t.run_id and s.ordinal = t.ordinal) as sends
     from target t join run r on r.id = t.run_id join definition d on d.digest = r.digest
     where t.run_id = $1 and t.ordinal = $2`,
    [runId, ordinal],
  )
  for (const { parts } of rows) readableParts(parts)
  return rows[0]
}

/** `uncertain`: an earlier attempt may have reached WhatsApp. */
export type Begun = { kind: 'begun'; attempt: number; uncertain: boolean } | Blocked

/** Why a send may not go out now. */
export type Blocked =
  | { kind: 'paused' }
  | { kind: 'over'; state: RunState; reason: string | null }
  | { kind: 'expired' }
  /** The hours in which the reminder may send are over, or are not there yet. */
  | { kind: 'windowClosed' }
  | { kind: 'accountPaused' }
  | { kind: 'accountUnable'; state: AccountState; leftMs: number | null }
  /** WhatsApp takes no messages to people from the account until then. */
  | { kind: 'directHeld'; until: Date }
  /** Another run holds the account's lock. */
  | { kind: 'lockLost' }
  /** Another process owns the account's session. */
  | { kind: 'fenced' }
  /** The send is not waiting any more: another attempt ended it. */
  | { kind: 'done' }

export const mayReachPeople = `(a.direct_held_until is null or a.direct_held_until <= clock_timestamp())`
/** `$1` and `$2` are the run and the ordinal of the target. */
const mayReach = `(${mayReachPeople} or exists (select from target t where t.run_id = $1 and t.ordinal = $2 and ${isGroup}))`

/** The states in which the account's session may carry a send. */
export const able = `(a.state = 'connected' or (a.state in ('limited', 'time_locked') and a.state_until <= now()))`

// The last moment before a deadline or a window's end is past both already.
const inTime = `(r.deadline is null or clock_timestamp() < r.deadline - interval '${lastMomentMs} milliseconds')`
const inWindow = `(r.window_closes_at is null or clock_timestamp() >= r.window_opens_at
                   and clock_timestamp() < r.window_closes_at - interval '${lastMomentMs} milliseconds')`

/**
 * The intent, before anything leaves: one statement that checks all that must hold (run and account not paused, lock
 * and session still ours, window open, deadline not passed) and marks the send. The share locks make it wait for a pause or cancel
 * being written and then see it, so nothing begins after one was answered. The attempt it returns fences older ones.
 */
export async function beginSend(
  db: Queryable,
  { runId, ordinal, part, epoch, slot }: SendKey & { epoch: number; slot: number },
): Promise<Begun> {
  const { rows } = await db.query<{ attempt: number; uncertain: boolean }>(
    `with r as (
       select id, account_id, state, lock_token, deadline, window_opens_at, window_closes_at from run where id = $1 for share
     ), a as (
       select id, epoch, state, state_until, paused_reason, lock_token, lock_holder, direct_held_until
       from account where id = (select account_id from r) for share
     ), before as (
       select state from send where run_id = $1 and ordinal = $2 and part = $3 for update
     ), slot as (
       update rate_slot set at = clock_timestamp(), begun = true where id = $5
     ), begun as (
       update send s set state = 'sending', attempt = s.attempt + 1, epoch = $4, sending_at = clock_timestamp()
       from r, a, before
       where s.run_id = $1 and s.ordinal = $2 and s.part = $3 and s.state in ('pending', 'sending')
         and r.state = 'running' and ${inTime} and ${inWindow}
         and a.epoch = $4 and a.paused_reason is null and ${able} and ${mayReach}
         and a.lock_holder = r.id and a.lock_token = r.lock_token
       returning s.attempt, s.sending_at, a.id as account_id, before.state = 'sending' as uncertain
     ), last as (
       insert into chat_last_send (account_id, jid, sending_at, acked)
       select b.account_id, t.jid, b.sending_at, false from begun b, target t where t.run_id = $1 and t.ordinal = $2
       on conflict (account_id, jid) do update set sending_at = excluded.sending_at, acked = false
     )
     select attempt, uncertain from begun`,
    [runId, ordinal, part, epoch, slot],
  )
  const row = rows[0]
  if (row) {
    const begun = { runId, ordinal, part, attempt: row.attempt }
    tellTransition({ from: row.uncertain ? 'sending' : 'pending', to: 'sending', sends: 1, begun })
    return { kind: 'begun', ...row }
  }
  return await explainBlock(db, { runId, ordinal, part, epoch })
}

/** Why `beginSend` would refuse now; `paused` when it would not, since then what blocked it has just passed. */
export async function explainBlock(
  db: Queryable,
  { runId, ordinal, part, epoch }: SendKey & { epoch: number },
): Promise<Blocked> {
  const { rows } = await db.query<{
    sendState: SendState
    runState: RunState
    reason: string | null
    inTime: boolean
    inWindow: boolean
    paused: boolean
    able: boolean
    accountState: AccountState
    leftMs: number | null
    directHeldUntil: Date | null
    ownsSession: boolean
    holdsLock: boolean
  }>(
    `select s.state as "sendState", r.state as "runState", r.reason, ${inTime} as "inTime", ${inWindow} as "inWindow",
       a.paused_reason is not null as paused, ${able} as able, a.state as "accountState",
       extract(epoch from a.state_until - clock_timestamp())::float8 * 1000 as "leftMs",
       case when not ${mayReach} then a.direct_held_until end as "directHeldUntil", a.epoch = $4 as "ownsSession",
       coalesce(a.lock_holder = r.id and a.lock_token = r.lock_token, false) as "holdsLock"
     from send s join run r on r.id = s.run_id join account a on a.id = r.account_id
     where s.run_id = $1 and s.ordinal = $2 and s.part = $3`,
    [runId, ordinal, part, epoch],
  )
  const row = rows[0]
  if (!row) return { kind: 'fenced' }
  // First of all: a former owner is told so, whatever has become of the send meanwhile.
  if (!row.ownsSession) return { kind: 'fenced' }
  if (row.sendState !== 'pending' && row.sendState !== 'sending') return { kind: 'done' }
  if (row.runState === 'paused' || row.runState === 'waiting') return { kind: 'paused' }
  if (row.runState !== 'running') return { kind: 'over', state: row.runState, reason: row.reason }
  if (!row.inTime) return { kind: 'expired' }
  if (!row.inWindow) return { kind: 'windowClosed' }
  if (!row.holdsLock) return { kind: 'lockLost' }
  if (row.paused) return { kind: 'accountPaused' }
  if (!row.able) return { kind: 'accountUnable', state: row.accountState, leftMs: row.leftMs }
  if (row.directHeldUntil !== null) return { kind: 'directHeld', until: row.directHeldUntil }
  return { kind: 'paused' }
}

export type Attempt = SendKey & { epoch: number; attempt: number }

/**
 * The server acknowledged the message. Returns false when a newer attempt or owner has taken over: this one may not
 * commit. The rate slot takes the time at which the message was surely on the wire.
 */
export async function commitAck(
  database: Database,
  {
    runId,
    ordinal,
    part,
    epoch,
    attempt,
    slot,
    last,
    leftOutDevices,
  }: Attempt & { slot: number; last: boolean; leftOutDevices: number },
): Promise<boolean> {
  const { rowCount } = await database.query(
    `with acked as (
       update send s set state = 'acked', acked_at = clock_timestamp(), failure = null, left_out_devices = $8
       from run r, account a
       where s.run_id = $1 and s.ordinal = $2 and s.part = $3 and s.state = 'sending'
         and s.epoch = $4 and s.attempt = $5
         and r.id = s.run_id and a.id = r.account_id and a.epoch = $4
       returning s.sending_at
     ), slot as (
       update rate_slot set at = clock_timestamp(), acked = true, open = false where id = $6
     ), freed as (
       -- The restriction of the account has passed: it sends again. A send that began before it tells nothing of it.
       update account set state = 'connected', state_detail = null, state_until = null, state_since = now()
       where id = (select account_id from run where id = $1) and epoch = $4 and state in ('limited', 'time_locked')
         and state_until <= (select sending_at from acked)
       returning id
     ), delivered as (
       update target set state = 'delivered', reason = null, failure = null, done_at = clock_timestamp()
       where $7 and run_id = $1 and ordinal = $2 and state = 'pending' and exists (select 1 from acked)
     ), last as (
       -- Not where a later one was begun since. Once the account is freed: who begins a send locks the account first, too.
       update chat_last_send l set acked = true from acked, run r, target t
       where r.id = $1 and t.run_id = $1 and t.ordinal = $2 and l.account_id = r.account_id and l.jid = t.jid
         and l.sending_at <= acked.sending_at and (select count(*) from freed) >= 0
     )
     select 1 from acked`,
    [runId, ordinal, part, epoch, attempt, slot, last, leftOutDevices],
  )
  tellTransition({ from: 'sending', to: 'acked', sends: rowCount ?? 0 })
  return rowCount === 1
}

/**
 * This attempt surely did not reach WhatsApp: the send is as it was before it, and may be tried again.
 * @param send `isCounted`: WhatsApp refused it in a way that is tried again a few times only
 * @returns how often it was refused so, in all
 */
export async function revertSend(
  db: Queryable,
  send: Attempt & { uncertain: boolean; failure: string; isCounted?: boolean },
): Promise<number> {
  const { rows } = await db.query<{ refusals: number }>(
    `update send set state = case when $6 then 'sending' else 'pending' end, refusals = refusals + $8,
       failure = $7
     where run_id = $1 and ordinal = $2 and part = $3 and state = 'sending' and epoch = $4 and attempt = $5
     returning refusals`,
    [
      send.runId,
      send.ordinal,
      send.part,
      send.epoch,
      send.attempt,
      send.uncertain,
      send.failure,
      send.isCounted === true ? 1 : 0,
    ],
  )
  tellTransition({ from: 'sending', to: send.uncertain ? 'sending' : 'pending', sends: rows.length })
  return rows[0]?.refusals ?? 0
}

/**
 * The outcome of this send is final and not an ack: the target is done with it, and its later parts are skipped.
 * Returns how the target ended; undefined when a newer attempt has begun since, or another process owns the session:
 * it is theirs to say.
 */
export async function closeTarget(
  database: Database,
  {
    runId,
    ordinal,
    part,
    epoch,
    attempt,
    sendState,
    targetState,
    failure,
    reason,
  }: Attempt & {
    sendState: Extract<SendState, 'failed' | 'unknown' | 'expired' | 'skipped'>
    targetState: FinalTargetState
    failure: string | null
    reason: string
  },
): Promise<FinalTargetState | undefined> {
  return await inTransaction(database, async (client) => {
    // Locked first and read then: after a wait a joined account would still have the epoch of before.
    await client.query(`select from send where run_id = $1 and ordinal = $2 and part = $3 for update`, [
      runId,
      ordinal,
      part,
    ])
    const { rowCount } = await client.query(
      `select from send s join run r on r.id = s.run_id join account a on a.id = r.account_id
       where s.run_id = $1 and s.ordinal = $2 and s.part = $3 and s.attempt = $4 and a.epoch = $5
         and s.state in ('pending', 'sending')`,
      [runId, ordinal, part, attempt, epoch],
    )
    if (rowCount !== 1) return undefined
    const closed = await client.query<EndedSend>(
      `update send set failure = $5,
         state = case when state = 'sending' and $4 = 'expired' then 'unknown' else $4 end
       where run_id = $1 and ordinal = $2 and part = $3 and state in ('pending', 'sending') returning state`,
      [runId, ordinal, part, sendState, failure],
    )
    const later = await client.query<EndedSend>(
      `update send set state = case when $4 = 'expired' then 'expired' else 'skipped' end
       where run_id = $1 and ordinal = $2 and part > $3 and state = 'pending' returning state`,
      [runId, ordinal, part, sendState],
    )
    const { rows } = await client.query<{ state: FinalTargetState }>(
      `update target t set failure = $4, reason = $5, done_at = clock_timestamp(),
         state = case when $3 = 'expired' and exists (select 1 from send s where s.run_id = $1 and s.ordinal = $2
                      and s.state = 'unknown') then 'unknown' else $3 end
       where run_id = $1 and ordinal = $2 and state = 'pending' returning state`,
      [runId, ordinal, targetState, failure, reasonText(reason)],
    )
    tellEnded([...closed.rows, ...later.rows])
    return rows[0]?.state
  })
}

/** A target whose delivery ended without a word of its own (terminated by hand, timed out). */
export async function abandonTarget(
  database: Database,
  {
    runId,
    ordinal,
    state,
    reason,
  }: { runId: string; ordinal: number; state: 'failed' | 'expired' | 'skipped'; reason: string },
): Promise<TargetState> {
  return await inTransaction(database, async (client) => {
    const ended = await client.query<EndedSend>(
      `update send set state = case when state = 'sending' then 'unknown' when $3 = 'expired' then 'expired' else 'skipped' end
       where run_id = $1 and ordinal = $2 and state in ('pending', 'sending') returning state`,
      [runId, ordinal, state],
    )
    await client.query(
      `update target t set done_at = clock_timestamp(), reason = $4,
         state = case when exists (select 1 from send s where s.run_id = $1 and s.ordinal = $2 and s.state = 'unknown')
                      then 'unknown' else $3 end
       where run_id = $1 and ordinal = $2 and state = 'pending'`,
      [runId, ordinal, state, reasonText(reason)],
    )
    const { rows } = await client.query<{ state: TargetState }>(
      `select state from target where run_id = $1 and ordinal = $2`,
      [runId, ordinal],
    )
    tellEnded(ended.rows)
    return rows[0]?.state ?? state
  })
}
