import { sealingOf, type Queryable } from '../../../store/database.js'
import { knowsMedia } from '../../../store/reminders/media.js'
import type { ReadMedia } from './media.js'

/**
 * With a digest that nobody can try files against. A file that was stored before digests were keyed keeps the one that it has: the
 * same reminder is then the same one.
 */
export async function keyedMedia(db: Queryable, read: ReadMedia): Promise<ReadMedia> {
  if (read.kind !== 'read') return read
  const { digest: unkeyed } = read.media
  const { index, hadContent } = await sealingOf(db)
  if (hadContent && (await knowsMedia(db, unkeyed))) return read
  return { ...read, media: { ...read.media, digest: index.digest('media', unkeyed).toString('hex') } }
}
