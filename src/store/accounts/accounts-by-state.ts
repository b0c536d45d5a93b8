import type { AccountState } from '../../domain/states.js'
import type { Queryable } from '../database.js'

export async function accountsByState(db: Queryable): Promise<{ accountId: string; state: AccountState }[]> {
  const { rows } = await db.query<{ accountId: string; state: AccountState }>(
    `select id as "accountId", state from account where state <> 'removed' order by id`,
  )
  return rows
}
