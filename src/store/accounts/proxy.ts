import type { Queryable } from '../database.js'
import type { Place } from '../encryption/cipher.js'

/** Where the URL of an account's proxy is sealed. */
export function proxySecretPlace(accountId: string): Place {
  return { accountId, category: 'proxy', id: 'proxy', what: `The URL of the proxy of ${accountId}` }
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
): Promise<void> {
  await db.query(`update account set proxy = $2, proxy_place = $3 where id = $1`, [
    accountId,
    proxy?.sealed ?? null,
    proxy?.place ?? null,
  ])
}
