import type { Queryable } from '../database.js'

export type MediaSummary = {
  digest: string
  mime: string
  bytes: number
  width: number | null
  height: number | null
}

/** Media by their facts, without the bytes. */
export async function listMedia(db: Queryable, digests: readonly string[]): Promise<MediaSummary[]> {
  const { rows } = await db.query<MediaSummary>(
    'select digest, mime, octet_length(bytes) as bytes, width, height from media where digest = any($1)',
    [digests],
  )
  return rows
}
