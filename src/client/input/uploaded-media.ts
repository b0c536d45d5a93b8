import type { Database } from '../../store/database.js'
import { renewMedia } from '../../store/reminders/media.js'
import type { NamedFile, ReadMedia } from './media.js'

/**
 * For callers on other machines, who name a file by what its upload was answered: a path would be one on this machine's
 * disk, which is not theirs to read.
 */
export function uploadedMedia(database: Database): (named: NamedFile) => Promise<ReadMedia> {
  return async ({ path }) => {
    const isKnown = /^[0-9a-f]{64}$/.test(path) && (await renewMedia(database, path))
    if (isKnown) return { kind: 'stored', digest: path }
    return {
      kind: 'invalid',
      expected: 'expected the `media` of an image that was uploaded before (POST /v1/media)',
    }
  }
}
