import type { Asker } from '../audit.js'
import type { Queryable } from '../database.js'

export type OperatorView = {
  id: string
  createdAt: Date
  /** Whether the ids of its accounts need not begin with its own. */
  freeAccountIds: boolean
  accounts: number
  /** That can be used. */
  tokens: number
}

/** Returns false when there is one already. */
export async function insertOperator(
  db: Queryable,
  { id, actor, via = 'system' }: { id: string; actor: string; via?: Asker['via'] },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with added as (insert into operator (id) values ($1) on conflict do nothing returning id)
     insert into audit (operator, subject, action, actor, via) select id, 'operator:' || id, 'addOperator', $2, $3 from added`,
    [id, actor, via],
  )
  return rowCount === 1
}

/** The one of `CARILLON_OPERATOR` needs no adding. */
export async function registerOperator(db: Queryable, id: string): Promise<void> {
  await db.query(`insert into operator (id, free_account_ids) values ($1, true) on conflict do nothing`, [id])
}

export async function listOperators(db: Queryable): Promise<OperatorView[]> {
  const { rows } = await db.query<OperatorView>(
    `select o.id, o.created_at as "createdAt", o.free_account_ids as "freeAccountIds",
       (select count(*) from account a where a.operator = o.id and a.state <> 'removed') as accounts,
       (select count(*) from token t where t.operator = o.id and t.revoked_at is null
          and (t.expires_at is null or t.expires_at > now())) as tokens
     from operator o order by o.id`,
  )
  return rows
}

export async function findOperator(
  db: Queryable,
  id: string,
): Promise<Pick<OperatorView, 'id' | 'freeAccountIds'> | undefined> {
  const { rows } = await db.query<Pick<OperatorView, 'id' | 'freeAccountIds'>>(
    `select id, free_account_ids as "freeAccountIds" from operator where id = $1`,
    [id],
  )
  return rows[0]
}
