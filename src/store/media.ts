import type { Queryable } from './database.js'

export type MediaToStore = {
  /** SHA-256 of `bytes`, in hex. */
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

/** Content-addressed: what is there already stays as it is, and is kept from the retention for a while. */
export async function saveMedia(db: Queryable, media: MediaToStore): Promise<void> {
  await db.query(
    `insert into media (digest, mime, bytes, thumbnail, width, height)
     values ($1, $2, $3, $4, $5, $6) on conflict (digest) do update set created_at = now()`,
    [media.digest, media.mime, media.bytes, media.thumbnail, media.width, media.height],
  )
}

export async function findMedia(db: Queryable, digest: string): Promise<StoredMedia | undefined> {
  const { rows } = await db.query<StoredMedia>(
    'select digest, mime, bytes, thumbnail, width, height from media where digest = $1',
    [digest],
  )
  return rows[0]
}
