import { unasked, type Asker } from '../audit.js'
import type { Queryable } from '../database.js'
import type { Place } from '../encryption/place.js'

/** Where the URL of an account's proxy is sealed. */
export function proxySecretPlace(accountId: string): Place {
  return { context: [accountId, 'proxy', 'proxy'], what: `The URL of the proxy of ${accountId}` }
}

/** `sealed` is its URL; `place` has no name or password in it. */
export type StoredProxy = { sealed: Buffer; place: string }

export async function findProxy(db: Queryable, accountId: string): Promise<StoredProxy | undefined> {
  const { rows } = await db.query<StoredProxy>(
    `select proxy as sealed, proxy_place as place from account where id = $1 and proxy is not null`,
    [accountId],
  )
  return rows[0]
}

/** From the next connection on. Undefined: none. */
export async function setProxy(
  db: Queryable,
  { accountId, proxy }: { accountId: string; proxy: StoredProxy | undefined },
  asker: Asker = unasked,
): Promise<void> {
  await db.query(
    `with changed as (update account set proxy = $2, proxy_place = $3 where id = $1 returning operator, id)
     insert into audit (operator, subject, action, actor, via)
     select operator, 'account:' || id, 'setProxy', $4, $5 from changed`,
    [accountId, proxy?.sealed ?? null, proxy?.place ?? null, asker.actor, asker.via],
  )
}
