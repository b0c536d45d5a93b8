import { insertAsked, type Asker } from '../audit.js'
import { onlyRow, sealingOf, type Queryable } from '../database.js'
import type { Context } from '../encryption/key-ring.js'
import { sealedBytes } from '../encryption/sealed-value.js'

export type MediaToStore = {
  /** A keyed digest in hex of the file that was given, and of how `bytes` were made of it. */
  digest: string
  mime: string
  bytes: Buffer
  thumbnail: Buffer
  width: number
  height: number
}

export type StoredMedia = Omit<MediaToStore, 'thumbnail' | 'width' | 'height'> & {
  thumbnail: Buffer | null
  width: number | null
  height: number | null
}

/**
 * Content-addressed: what is there already stays as it is, and is kept from the retention for a while. In the order of
 * the digests, so that transactions with the same media in other orders wait for each other instead of deadlocking.
 */
export async function saveMedia(client: Queryable, media: readonly MediaToStore[]): Promise<void> {
  for (const one of media.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)))
    await client.query(
      `insert into media (digest, mime, bytes, thumbnail, width, height, is_sealed)
       values ($1, $2, $3, $4, $5, $6, true) on conflict (digest) do update set created_at = now()`,
      [
        one.digest,
        one.mime,
        sealedBytes(one.bytes, mediaContext(one.digest, 'bytes')),
        sealedBytes(one.thumbnail, mediaContext(one.digest, 'thumbnail')),
        one.width,
        one.height,
      ],
    )
}

export function mediaContext(digest: string, column: 'bytes' | 'thumbnail'): Context {
  return ['media', column, digest]
}

/** The same of one that an operator uploads. */
export async function saveUpload(
  client: Queryable,
  media: MediaToStore,
  { operator, actor, via }: Asker & { operator: string },
): Promise<void> {
  await saveMedia(client, [media])
  await insertAsked(
    client,
    { operator, subject: `media:${media.digest}`, action: 'uploadMedia' },
    { actor, via },
  )
}

/** Who asks for one: `accounts` and `actor` are of a token that is for some accounts only. */
export type MediaHolder = { operator: string; accounts?: readonly string[]; actor?: string }

/**
 * Whether one of the operator's reminders or runs shows it, or the operator has uploaded it. With `accounts`, those of these
 * accounts, or what this actor has uploaded. Of one that others have it says what it says of one that is not there.
 */
export async function holdsMedia(
  db: Queryable,
  { digest, operator, accounts, actor }: MediaHolder & { digest: string },
): Promise<boolean> {
  // Each is looked up by the digest, and the first that is found ends it: `exists` may become a join with all of them.
  const { rows } = await db.query<{ holds: boolean }>(
    `select coalesce(
       (select true from audit where subject = 'media:' || $1::text and action = 'uploadMedia' and operator = $2
          and ($4::text is null or actor = $4) limit 1),
       (select true from definition d where jsonb_path_query_array(d.sealed_body, '$.**.media') ? $1 and coalesce(
          (select true from reminder r where r.digest = d.digest and r.operator = $2
             and ($3::text[] is null or r.account_id = any ($3)) limit 1),
          (select true from run r where r.digest = d.digest and r.operator = $2
             and ($3::text[] is null or r.account_id = any ($3)) limit 1),
          false) limit 1),
       false) as holds`,
    [digest, operator, accounts ?? null, actor ?? null],
  )
  return onlyRow(rows, 'holder of media').holds
}

/** Whether it is there; it is kept from the retention for a while then. */
export async function renewMedia(db: Queryable, digest: string): Promise<boolean> {
  const { rowCount } = await db.query('update media set created_at = now() where digest = $1', [digest])
  return rowCount === 1
}

/** Whether it is there, as it is. */
export async function knowsMedia(db: Queryable, digest: string): Promise<boolean> {
  const { rowCount } = await db.query('select from media where digest = $1', [digest])
  return rowCount === 1
}

export async function findMedia(db: Queryable, digest: string): Promise<StoredMedia | undefined> {
  const { ring } = await sealingOf(db)
  const { rows } = await db.query<StoredMedia & { isSealed: boolean }>(
    'select digest, mime, bytes, thumbnail, width, height, is_sealed as "isSealed" from media where digest = $1',
    [digest],
  )
  return rows.map(({ isSealed, bytes, thumbnail, ...media }) => ({
    ...media,
    bytes: isSealed ? ring.open(bytes, mediaContext(digest, 'bytes')) : bytes,
    thumbnail:
      isSealed && thumbnail !== null ? ring.open(thumbnail, mediaContext(digest, 'thumbnail')) : thumbnail,
  }))[0]
}
