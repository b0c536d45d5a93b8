import type { Queryable } from '../database.js'
import { numbers, type Sealed } from '../encryption/sealed-value.js'

/** One value of an account's auth state. The bytes are opaque here: serialised and encrypted by the gateway. */
export type AuthKey = { category: string; id: string; value: Uint8Array }
export type AuthKeyName = Omit<AuthKey, 'value'>

/** The categories whose ids say of nobody that there is a session with him. */
export const countersAndNames: readonly string[] = [
  'creds',
  'pre-key',
  'signed-pre-key',
  'app-state-sync-key',
  'app-state-sync-version',
]

/** Of the other keys the ids say whom they are for: `15551000001.0`. */
function storedId({ category, id }: AuthKeyName): string | Sealed {
  return countersAndNames.includes(category) ? id : numbers(id)
}

/** Whether the account's session still belongs to this epoch. */
export async function isCurrentEpoch(
  database: Queryable,
  accountId: string,
  epoch: number,
): Promise<boolean> {
  const { rowCount } = await database.query('select from account where id = $1 and epoch = $2', [
    accountId,
    epoch,
  ])
  return rowCount === 1
}

export async function readAuthKeys(
  database: Queryable,
  accountId: string,
  category: string,
  ids: readonly string[],
): Promise<Map<string, Buffer>> {
  const { rows } = await database.query<{ id: string; value: Buffer }>(
    'select id, sealed as value from auth_key where account_id = $1 and category = $2 and id = any($3)',
    [accountId, category, ids.map((id) => storedId({ category, id }))],
  )
  return new Map(rows.map((row) => [row.id, row.value]))
}

/**
 * Writes and removes keys, all or none: it is one statement, so one transaction. The lock on the account's row makes
 * a new lease wait until this is committed, or makes this see the new lease.
 * @returns false when the account has another epoch; nothing is written then.
 */
export async function writeAuthKeys(
  database: Queryable,
  change: {
    accountId: string
    epoch: number
    written: readonly AuthKey[]
    removed: readonly AuthKeyName[]
  },
): Promise<boolean> {
  // Only a change that removes meets the same rows in two ways: they are locked in their order first.
  const toLock = change.removed.length === 0 ? [] : [...change.removed, ...change.written]
  const { rows } = await database.query<{ owners: number }>(
    `with owner as materialized (
       select id from account where id = $1 and epoch = $2 for share
     ), locked as materialized (
       select auth_key.id from owner, auth_key
       where auth_key.account_id = owner.id
         and (auth_key.category, auth_key.id) in (select * from unnest($8::text[], $9::text[]))
       order by auth_key.category, auth_key.id for update of auth_key
     ), removed as (
       delete from auth_key using owner, unnest($3::text[], $4::text[]) as gone (category, id)
       where (select count(*) from locked) >= 0 and auth_key.account_id = owner.id and auth_key.category = gone.category and auth_key.id = gone.id
     ), written as (
       insert into auth_key (account_id, category, id, sealed)
       select owner.id, entry.category, entry.id, entry.value
       from owner, unnest($5::text[], $6::text[], $7::bytea[]) as entry (category, id, value)
       where (select count(*) from locked) >= 0
       order by entry.category, entry.id
       on conflict (account_id, category, id) do update set sealed = excluded.sealed
     )
     select count(*)::int as owners from owner`,
    [
      change.accountId,
      change.epoch,
      change.removed.map((key) => key.category),
      change.removed.map(storedId),
      change.written.map((key) => key.category),
      change.written.map(storedId),
      change.written.map((key) => key.value),
      toLock.map((key) => key.category),
      toLock.map(storedId),
    ],
  )
  return rows[0]?.owners === 1
}

/**
 * Forgets everything about the linked device.
 * @returns false when the account has another epoch; nothing is removed then.
 */
export async function clearAuthKeys(database: Queryable, accountId: string, epoch: number): Promise<boolean> {
  const { rows } = await database.query<{ owners: number }>(
    `with owner as materialized (
       select id from account where id = $1 and epoch = $2 for share
     ), removed as (
       delete from auth_key using owner where auth_key.account_id = $1
     )
     select count(*)::int as owners from owner`,
    [accountId, epoch],
  )
  return rows[0]?.owners === 1
}
