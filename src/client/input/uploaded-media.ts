import { mediaPattern } from '../../domain/definition.js'
import type { Database } from '../../store/database.js'
import { holdsMedia, renewMedia, type MediaHolder } from '../../store/reminders/media.js'
import type { NamedFile, ReadMedia } from './media.js'
import { say } from '../../domain/sentences/say.js'

/**
 * For callers on other machines, who name a file by what its upload was answered: a path would be one on this machine's
 * disk, which is not theirs to read.
 */
export function uploadedMedia(
  database: Database,
): (named: NamedFile, holder: MediaHolder) => Promise<ReadMedia> {
  return async ({ path }, holder) => {
    const isTheirs = mediaPattern.test(path) && (await holdsMedia(database, { digest: path, ...holder }))
    if (isTheirs && (await renewMedia(database, path))) return { kind: 'stored', digest: path }
    return {
      kind: 'invalid',
      expected: say('imageUploaded'),
    }
  }
}
