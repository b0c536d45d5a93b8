import { defaultRatePerMinute } from '../../domain/accounts/limits.js'
import { unasked, type Asker } from '../audit.js'
import type { Queryable } from '../database.js'

export type Pacing = {
  /** Sends in any 60 s; `defaultRatePerMinute` for a new account where nothing is given. */
  ratePerMinute?: number
  /** Sends in any 24 hours; null is no cap. */
  dailyCap?: number | null
  /** Whether the ramp for new numbers holds, too. */
  warmUp?: boolean
}

export type NewAccount = Pacing & { id: string; operator: string }

/**
 * Returns false when the id is taken, by this operator or another one. One that this operator removed begins anew; what it
 * has sent in the last day still counts, and its epoch and its token go on.
 */
export async function insertAccount(
  db: Queryable,
  account: NewAccount,
  asker: Asker = unasked,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with owner as (insert into operator (id, free_account_ids) values ($2, true) on conflict do nothing), added as (
     insert into account (id, operator, rate_per_minute, daily_cap, warm_up)
     values ($1, $2, $3, $4, $5)
     on conflict (id) do update set state = 'new', state_detail = null, state_since = now(), created_at = now(),
       paused_reason = null, rate_per_minute = excluded.rate_per_minute, daily_cap = excluded.daily_cap,
       warm_up = excluded.warm_up
     where account.operator = excluded.operator and account.state = 'removed' returning operator, id)
     insert into audit (operator, subject, action, actor, via)
     select operator, 'account:' || id, 'addAccount', $6, $7 from added`,
    [
      account.id,
      account.operator,
      account.ratePerMinute ?? defaultRatePerMinute,
      account.dailyCap ?? null,
      account.warmUp ?? false,
      asker.actor,
      asker.via,
    ],
  )
  return rowCount === 1
}

/** Changes what is given and leaves the rest. From the next send on. */
export async function setPacing(
  db: Queryable,
  { accountId, ratePerMinute, dailyCap, warmUp }: Pacing & { accountId: string },
  asker: Asker = unasked,
): Promise<void> {
  await db.query(
    `with changed as (
     update account set rate_per_minute = coalesce($2, rate_per_minute),
       daily_cap = case when $3 then $4 else daily_cap end, warm_up = coalesce($5, warm_up)
     where id = $1 returning operator, id)
     insert into audit (operator, subject, action, actor, via)
     select operator, 'account:' || id, 'setAccount', $6, $7 from changed`,
    [
      accountId,
      ratePerMinute ?? null,
      dailyCap !== undefined,
      dailyCap ?? null,
      warmUp ?? null,
      asker.actor,
      asker.via,
    ],
  )
}
