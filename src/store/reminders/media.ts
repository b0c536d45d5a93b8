import { insertAsked, type Asker } from '../audit.js'
import type { Queryable } from '../database.js'

export type MediaToStore = {
  /** SHA-256 in hex of the file that was given, and of how `bytes` were made of it. */
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
      `insert into media (digest, mime, bytes, thumbnail, width, height)
       values ($1, $2, $3, $4, $5, $6) on conflict (digest) do update set created_at = now()`,
      [one.digest, one.mime, one.bytes, one.thumbnail, one.width, one.height],
    )
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

/** Whether it is there; it is kept from the retention for a while then. */
export async function renewMedia(db: Queryable, digest: string): Promise<boolean> {
  const { rowCount } = await db.query('update media set created_at = now() where digest = $1', [digest])
  return rowCount === 1
}

export async function findMedia(db: Queryable, digest: string): Promise<StoredMedia | undefined> {
  const { rows } = await db.query<StoredMedia>(
    'select digest, mime, bytes, thumbnail, width, height from media where digest = $1',
    [digest],
  )
  return rows[0]
}
