import { mediaPattern } from '../../../domain/definition.js'
import { say } from '../../../domain/sentences/say.js'
import type { Database } from '../../../store/database.js'
import { holdsMedia, renewMedia, type MediaHolder } from '../../../store/reminders/media.js'
import { readMedia, type NamedFile, type ReadMedia } from './media.js'

type Reader = (named: NamedFile, holder: MediaHolder) => Promise<ReadMedia>

/**
 * For callers on other machines, who name a file by what its upload was answered: a path would be one on this machine's
 * disk, which is not theirs to read.
 */
export function uploadedMedia(database: Database): Reader {
  return async (named, holder) =>
    (await storedMedia(database, { ...named, ...holder })) ?? {
      kind: 'invalid',
      expected: say('imageUploaded'),
    }
}

/** For callers on this machine: a file of its disk, or what an export names it by. */
export function fileOrStoredMedia(database: Database): Reader {
  return async (named, holder) =>
    (await storedMedia(database, { ...named, ...holder })) ?? (await readMedia(named))
}

/** Undefined where it is the name of none that the caller holds. */
async function storedMedia(
  database: Database,
  { path, ...named }: NamedFile & MediaHolder,
): Promise<ReadMedia | undefined> {
  const isTheirs = mediaPattern.test(path) && (await holdsMedia(database, { ...named, digest: path }))
  return isTheirs && (await renewMedia(database, path)) ? { kind: 'stored', digest: path } : undefined
}
