import type { MediaToStore } from '../../../store/reminders/media.js'
import { fileKey, readMedia as readFromDisk, type NamedFile, type ReadMedia } from './media.js'

// Of ten thousand reminders each may show a file of 16 MB.
const defaultMostBytes = 64 * 1024 * 1024

export type SharedMedia = {
  readMedia: (named: NamedFile) => Promise<ReadMedia>
  /** Takes what a reminder shows: it is stored when there is much of it, or in the end. */
  keep: (media: readonly MediaToStore[]) => void
  storeAll: () => Promise<void>
}

/**
 * The files that many reminders show: each is read once, unless there are more of them than are to be in memory. Stored
 * by their digests, they are nothing before a reminder shows them, and the retention takes what none does.
 */
export function sharedMedia(
  store: (media: readonly MediaToStore[]) => Promise<void>,
  {
    mostBytes = defaultMostBytes,
    readMedia = readFromDisk,
  }: { mostBytes?: number; readMedia?: typeof readFromDisk } = {},
): SharedMedia {
  const read = new Map<string, ReadMedia>()
  const kept = new Map<string, MediaToStore>()
  let bytes = 0
  const shared: SharedMedia = {
    async readMedia(named) {
      const file = fileKey(named)
      const known = read.get(file)
      if (known !== undefined) return known
      if (bytes > mostBytes) await shared.storeAll()
      const one = await readMedia(named)
      read.set(file, one)
      if (one.kind === 'read') bytes += one.media.bytes.length + one.media.thumbnail.length
      return one
    },
    keep(media) {
      for (const one of media) kept.set(one.digest, one)
    },
    async storeAll() {
      if (kept.size > 0) await store([...kept.values()])
      kept.clear()
      read.clear()
      bytes = 0
    },
  }
  return shared
}
