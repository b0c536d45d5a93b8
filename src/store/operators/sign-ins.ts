import { unasked, type Asker } from '../audit.js'
import { onlyRow, type Queryable } from '../database.js'
import { canBeUsed, holderColumns, type TokenHolder } from './tokens.js'

/** Browsers that are signed in, and the links that sign one in once. Everything by digest. Postgres' clock ends them. */

/** Links of this token that are over go with it. */
export async function insertSignInLink(
  db: Queryable,
  { digest, tokenId, lastsMs }: { digest: Buffer; tokenId: string; lastsMs: number },
  asker: Asker = unasked,
): Promise<Date> {
  const { rows } = await db.query<{ expiresAt: Date }>(
    `with over as (delete from sign_in_link where token_id = $2 and expires_at <= now()), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'token:' || id, 'createSignInLink', $4, $5 from token where id = $2)
     insert into sign_in_link (digest, token_id, expires_at)
     values ($1, $2, now() + make_interval(secs => $3::float8 / 1000)) returning expires_at as "expiresAt"`,
    [digest, tokenId, lastsMs, asker.actor, asker.via],
  )
  return onlyRow(rows, 'sign_in_link').expiresAt
}

/** What a sign-in begins with: a token, or a link, which is used up by that. */
export type SignInProof = { kind: 'token' | 'link'; digest: Buffer }

export type NewSignIn = {
  /** SHA-256 of the cookie. */
  digest: Buffer
  csrfSecret: Buffer
  lastsMs: number
  idleMs: number
}

export type SignIn = Omit<TokenHolder, 'isStale'> & { csrfSecret: Buffer; endsAt: Date }

/** Undefined where the proof is none, has expired, or was used. It ends with its token at the latest. */
export async function insertSignIn(
  db: Queryable,
  proof: SignInProof,
  { digest, csrfSecret, lastsMs, idleMs }: NewSignIn,
): Promise<SignIn | undefined> {
  const found =
    proof.kind === 'token'
      ? `select * from token where digest = $1`
      : `select * from token where id = (select token_id from link)`
  const { rows } = await db.query<SignIn>(
    `with ${proof.kind === 'link' ? 'link as (delete from sign_in_link where digest = $1 and expires_at > now() returning token_id),' : ''}
     t as (select * from (${found}) t where ${canBeUsed}),
     over as (
       delete from sign_in where token_id in (select id from t)
         and (ends_at <= now() or seen_at < now() - make_interval(secs => $5::float8 / 1000))
     ), signed_in as (
       insert into sign_in (digest, token_id, csrf_secret, ends_at)
       select $2, t.id, $3, least(t.expires_at, now() + make_interval(secs => $4::float8 / 1000)) from t
       returning token_id, csrf_secret, ends_at
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select t.operator, 'token:' || t.id, 'signIn', t.operator || '/' || t.name, 'api' from t
     )
     select ${holderColumns}, s.csrf_secret as "csrfSecret", s.ends_at as "endsAt" from t join signed_in s on s.token_id = t.id`,
    [proof.digest, digest, csrfSecret, lastsMs, idleMs],
  )
  return rows[0]
}

export type FoundSignIn = SignIn & {
  /** It is to be noted that it is used. */
  isStale: boolean
}

/** Undefined where it is over, by time or with its token. */
export async function findSignIn(
  db: Queryable,
  { digest, idleMs }: { digest: Buffer; idleMs: number },
): Promise<FoundSignIn | undefined> {
  const { rows } = await db.query<FoundSignIn>(
    `select ${holderColumns}, s.csrf_secret as "csrfSecret", s.ends_at as "endsAt",
       s.seen_at < now() - interval '1 minute' as "isStale"
     from sign_in s join token t on t.id = s.token_id
     where s.digest = $1 and s.ends_at > now() and s.seen_at >= now() - make_interval(secs => $2::float8 / 1000)
       and ${canBeUsed}`,
    [digest, idleMs],
  )
  return rows[0]
}

/** At most once a minute, by whichever process is first. One that is over stays so. */
export async function noteSignInSeen(
  db: Queryable,
  { digest, idleMs }: { digest: Buffer; idleMs: number },
): Promise<void> {
  await db.query(
    `with seen as (
       update sign_in set seen_at = now()
       where digest = $1 and seen_at < now() - interval '1 minute'
         and seen_at >= now() - make_interval(secs => $2::float8 / 1000)
       returning token_id
     )
     update token set last_used_at = now() where id in (select token_id from seen)`,
    [digest, idleMs],
  )
}

export async function endSignIn(db: Queryable, digest: Buffer): Promise<void> {
  await db.query(
    `with ended as (delete from sign_in where digest = $1 returning token_id)
     insert into audit (operator, subject, action, actor, via)
     select t.operator, 'token:' || t.id, 'signOut', t.operator || '/' || t.name, 'api'
     from ended join token t on t.id = ended.token_id`,
    [digest],
  )
}

export type Browser = {
  signedInAt: Date
  /** Up to a minute ago more. */
  seenAt: Date
  endsAt: Date
  /** The one that asks. */
  isThis: boolean
}

const mostBrowsers = 100

/** The browsers that are signed in by the token, the one that was seen last first: a hundred of them at most. */
export async function listSignInsOf(
  db: Queryable,
  { tokenId, digest, idleMs }: { tokenId: string; digest: Buffer; idleMs: number },
): Promise<Browser[]> {
  const { rows } = await db.query<Browser>(
    `select created_at as "signedInAt", seen_at as "seenAt", ends_at as "endsAt", digest = $2 as "isThis"
     from sign_in
     where token_id = $1 and ends_at > now() and seen_at >= now() - make_interval(secs => $3::float8 / 1000)
     order by digest = $2 desc, seen_at desc limit ${mostBrowsers}`,
    [tokenId, digest, idleMs],
  )
  return rows
}

/** Everywhere: every browser that is signed in by the token, and the links that would sign one in. */
export async function endSignInsOf(
  db: Queryable,
  { operator, tokenId, actor }: { operator: string; tokenId: string; actor: string },
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `with t as (select id, operator from token where operator = $1 and id = $2),
     links as (delete from sign_in_link where token_id in (select id from t)),
     ended as (delete from sign_in where token_id in (select id from t) returning token_id),
     recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'token:' || id, 'signOutEverywhere', $3, 'api' from t)
     select count(*) as count from ended`,
    [operator, tokenId, actor],
  )
  return onlyRow(rows, 'count of sign-ins').count
}
