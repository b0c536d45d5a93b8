import type { FailureType } from '../../domain/failures.js'
import type { AccountState } from '../../domain/states.js'
import type { Queryable } from '../database.js'
import type { WithSaid } from '../../domain/sentences/read.js'

export type AccountView = WithSaid<'stateDetail' | 'pausedReason'> & {
  id: string
  state: AccountState
  stateDetail: string | null
  stateSince: Date
  stateUntil: Date | null
  /** Until when WhatsApp takes no messages to people from this account, and why; null where it does. */
  directHeldUntil: Date | null
  directHeldBy: FailureType | null
  /** What an operator asked for and is not done yet: the device taken off at WhatsApp, and perhaps the account, too. */
  leaving: 'unlink' | 'remove' | null
  /** The reason of an operator's pause of all sends of the account. */
  pausedReason: string | null
  ratePerMinute: number
  /** Sends in any 24 hours, as the operator set it. */
  dailyCap: number | null
  /** Whether the ramp for new numbers holds, too. */
  warmUp: boolean
  /** The lower of the two now; null is no cap. */
  dailyCapNow: number | null
  sentLastDay: number
  linkedAt: Date | null
  createdAt: Date
  jid: string | null
  /** By way of which it reaches WhatsApp, without the name and password of it. */
  proxy: string | null
  /** How many groups the account was in when it last looked. */
  groups: number
  lockHolder: string | null
  lockSince: Date | null
}

const columns = `a.id, a.state, a.state_detail as "stateDetail", a.state_since as "stateSince",
  a.state_until as "stateUntil",
  case when a.direct_held_until > now() then a.direct_held_until end as "directHeldUntil",
  case when a.direct_held_until > now() then a.direct_held_by end as "directHeldBy",
  (select case when u.removes then 'remove' else 'unlink' end from unlinking u where u.account_id = a.id) as leaving,
  a.paused_reason as "pausedReason", a.rate_per_minute as "ratePerMinute",
  a.daily_cap as "dailyCap", a.warm_up as "warmUp", daily_cap_of(a) as "dailyCapNow", a.linked_at as "linkedAt",
  (select count(*) from rate_slot s where s.account_id = a.id and s.at > now() - interval '24 hours')
    + (select count(*) from rate_slot s where s.account_id = a.id and s.open and s.at <= now() - interval '24 hours')
    as "sentLastDay",
  a.created_at as "createdAt", a.jid, a.proxy_place as proxy, a.lock_holder as "lockHolder", a.lock_since as "lockSince",
  (select count(*) from account_group g where g.account_id = a.id) as groups`

export async function listAccounts(db: Queryable, operator: string): Promise<AccountView[]> {
  const { rows } = await db.query<AccountView>(
    `select ${columns} from account a where a.operator = $1 and a.state <> 'removed' order by a.id`,
    [operator],
  )
  return rows
}

/** An account, without a count of what it has sent. One that is being removed is none any more. */
export type KnownAccount = Pick<AccountView, 'id' | 'state' | 'pausedReason'>

export async function listKnownAccounts(db: Queryable, operator: string): Promise<KnownAccount[]> {
  const { rows } = await db.query<KnownAccount>(
    `select id, state, paused_reason as "pausedReason" from account
     where operator = $1 and state <> 'removed'
       and not exists (select from unlinking u where u.account_id = account.id and u.removes)
     order by id`,
    [operator],
  )
  return rows
}

/** Also of one that was removed. */
export async function findAccount(
  db: Queryable,
  { operator, accountId }: { operator: string; accountId: string },
): Promise<AccountView | undefined> {
  const { rows } = await db.query<AccountView>(
    `select ${columns} from account a where a.operator = $1 and a.id = $2`,
    [operator, accountId],
  )
  return rows[0]
}
