import type { Role } from '../../domain/access.js'
import { unasked, type Asker } from '../audit.js'
import { onlyRow, type Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'
import { words } from '../encryption/sealed-value.js'

export type TokenView = {
  id: string
  name: string
  role: Role
  /** The accounts that it is for; null where it is for all of the operator. */
  accounts: string[] | null
  createdAt: Date
  expiresAt: Date | null
  /** Up to a minute ago more. */
  lastUsedAt: Date | null
  revokedAt: Date | null
  /** Whether it can be used now, by Postgres' clock. */
  isValid: boolean
}

const isValid = `(t.revoked_at is null and (t.expires_at is null or t.expires_at > now()))`

const columns = `t.id, t.name, t.role, t.accounts, t.created_at as "createdAt", t.expires_at as "expiresAt",
  t.last_used_at as "lastUsedAt", t.revoked_at as "revokedAt", ${isValid} as "isValid"`

type NamedAsker = { actor: string; via?: Asker['via'] }

export type NewToken = {
  operator: string
  name: string
  role: Role
  accounts: readonly string[] | null
  /** In ms from now; null for ever. */
  lastsMs: number | null
  /** SHA-256 of the token; null for one that is only signed in with. */
  digest: Buffer | null
  actor: string
  via?: Asker['via']
  /** Of its own making where it is missing. */
  id?: string
}

/** Undefined where one of that name can be used, or there is one of that id. */
export async function insertToken(db: Queryable, token: NewToken): Promise<TokenView | undefined> {
  // One that has expired can't be used any more, and makes room for its name.
  const { rows } = await db.query<TokenView>(
    `with over as (
       update token set revoked_at = now()
       where operator = $1 and name = $2 and revoked_at is null and expires_at <= now() returning id
     ), t as (
       insert into token (operator, name, role, accounts, expires_at, digest, id)
       select $1, $2, $3, $4::text[], now() + make_interval(secs => $5::float8 / 1000), $6,
         coalesce($8::uuid, gen_random_uuid())
       from (select count(*) from over) first
       on conflict do nothing returning *
     ), recorded as (
       insert into audit (operator, subject, action, actor, via) select operator, 'token:' || id, 'createToken', $7, $9 from t
     )
     select ${columns} from t`,
    [
      token.operator,
      token.name,
      token.role,
      token.accounts,
      token.lastsMs,
      token.digest,
      token.actor,
      token.id ?? null,
      token.via ?? 'system',
    ],
  )
  return rows[0]
}

/** Of a token that nobody has heard yet. Undefined where there is none of that id that can be used. */
export async function replaceTokenDigest(
  db: Queryable,
  { operator, id, digest }: { operator: string; id: string; digest: Buffer },
  asker: Asker = unasked,
): Promise<TokenView | undefined> {
  const { rows } = await db.query<TokenView>(
    `with t as (update token t set digest = $3 where t.operator = $1 and t.id = $2 and ${isValid} returning *), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'token:' || id, 'replaceTokenSecret', $4, $5 from t)
     select ${columns} from t`,
    [operator, id, digest, asker.actor, asker.via],
  )
  return rows[0]
}

/**
 * The token of this name that is only signed in with, made where there is none. It is an owner's, for all accounts.
 * Undefined where the name is that of another one.
 */
export async function takeSignInToken(
  db: Queryable,
  { operator, name, actor, via = 'system' }: { operator: string; name: string } & NamedAsker,
): Promise<TokenView | undefined> {
  const made = await insertToken(db, {
    operator,
    name,
    role: 'owner',
    accounts: null,
    lastsMs: null,
    digest: null,
    actor,
    via,
  })
  if (made) return made
  const { rows } = await db.query<TokenView>(
    `select ${columns} from token t
     where t.operator = $1 and t.name = $2 and t.revoked_at is null and t.digest is null and t.role = 'owner'`,
    [operator, name],
  )
  return rows[0]
}

export type TokenQuery = {
  operator: string
  limit: number
  /** The sort key of the last row seen: `created_at` and id. */
  after?: [string, string]
}

/** The newest first; also those that were revoked. */
export async function listTokens(
  db: Queryable,
  { operator, limit, after }: TokenQuery,
): Promise<Page<TokenView>> {
  const { rows } = await db.query<TokenView & { cursorTime: string }>(
    `select ${columns}, t.created_at::text as "cursorTime" from token t
     where t.operator = $1 ${after ? 'and t.created_at <= $3 and (t.created_at < $3 or t.id > $4)' : ''}
     order by t.created_at desc, t.id limit $2`,
    [operator, limit + 1, ...(after ?? [])],
  )
  return toPage(rows, {
    limit,
    item: ({ cursorTime: _cursorTime, ...view }) => view,
    cursor: (row) => [row.cursorTime, row.id],
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** By its id, or by its name where that can be used. */
export async function findToken(
  db: Queryable,
  { operator, idOrName }: { operator: string; idOrName: string },
): Promise<TokenView | undefined> {
  const { rows } = await db.query<TokenView>(
    `select ${columns} from token t
     where t.operator = $1 and (t.id = $2::uuid or t.name = $3 and t.revoked_at is null)`,
    [operator, uuid.test(idOrName) ? idOrName : null, idOrName],
  )
  return rows[0]
}

/** The one that this request has revoked: its name may be that of another one by now. */
export async function findTokenRevokedBy(
  db: Queryable,
  { operator, requestId }: { operator: string; requestId: string },
): Promise<TokenView | undefined> {
  const { rows } = await db.query<TokenView>(
    `select ${columns} from token t
     where t.operator = $1 and t.id = (
       select substr(subject, length('token:') + 1)::uuid from audit
       where request_id = $2 and operator = $1 and action = 'revokeToken')`,
    [operator, requestId],
  )
  return rows[0]
}

/** From the commit on it is refused, and every browser that is signed in by it is signed out. Twice is once. */
export async function revokeToken(
  db: Queryable,
  {
    operator,
    id,
    actor,
    reason,
    via = 'system',
    requestId,
  }: { operator: string; id: string; reason: string | null; requestId?: string | undefined } & NamedAsker,
): Promise<TokenView> {
  await db.query(
    `with t as (
       update token set revoked_at = now() where operator = $1 and id = $2 and revoked_at is null returning operator, id
     ), links as (
       delete from sign_in_link where token_id in (select id from t)
     ), browsers as (
       delete from sign_in where token_id in (select id from t)
     )
     insert into audit (operator, subject, action, actor, reason, via, request_id)
     select operator, 'token:' || id, 'revokeToken', $3, $4, $5, $6 from t`,
    [operator, id, actor, words(reason), via, requestId ?? null],
  )
  return onlyRow(
    [await findToken(db, { operator, idOrName: id })].flatMap((one) => one ?? []),
    'token',
  )
}

export type TokenHolder = {
  operatorId: string
  tokenId: string
  name: string
  role: Role
  accounts: string[] | null
  /** It is to be noted that it is used. */
  isStale: boolean
}

/** Of a token as `t`. */
export const holderColumns = `t.operator as "operatorId", t.id as "tokenId", t.name, t.role, t.accounts`
/** Of a token as `t`. */
export const canBeUsed = isValid

/** Undefined where it is revoked, has expired, or was never one. */
export async function findTokenHolder(db: Queryable, digest: Buffer): Promise<TokenHolder | undefined> {
  const { rows } = await db.query<TokenHolder>(
    `select ${holderColumns}, coalesce(t.last_used_at < now() - interval '1 minute', true) as "isStale"
     from token t where t.digest = $1 and ${canBeUsed}`,
    [digest],
  )
  return rows[0]
}

/** At most once a minute, by whichever process is first. */
export async function noteTokenUse(db: Queryable, tokenId: string): Promise<void> {
  await db.query(
    `update token set last_used_at = now()
     where id = $1 and (last_used_at is null or last_used_at < now() - interval '1 minute')`,
    [tokenId],
  )
}
