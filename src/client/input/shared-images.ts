import { isAbsolute, resolve } from 'node:path'
import type { MediaToStore } from '../../store/reminders/media.js'
import { readImage, type ReadImage } from './media.js'

// Of ten thousand reminders each may have an image of 16 MB.
const defaultMostBytes = 64 * 1024 * 1024

export type SharedImages = {
  readImage: (image: { path: string; folder: string }) => Promise<ReadImage>
  /** Takes what a reminder shows: it is stored when there is much of it, or in the end. */
  keep: (media: readonly MediaToStore[]) => void
  storeAll: () => Promise<void>
}

/**
 * The images of many reminders: each file is read once, unless there are more of them than are to be in memory. Stored
 * by their digests, they are nothing before a reminder shows them, and the retention takes what none does.
 */
export function sharedImages(
  store: (media: readonly MediaToStore[]) => Promise<void>,
  mostBytes = defaultMostBytes,
): SharedImages {
  const read = new Map<string, ReadImage>()
  const kept = new Map<string, MediaToStore>()
  let bytes = 0
  const images: SharedImages = {
    async readImage({ path, folder }) {
      const file = isAbsolute(path) ? path : resolve(folder, path)
      const known = read.get(file)
      if (known !== undefined) return known
      if (bytes > mostBytes) await images.storeAll()
      const image = await readImage({ path: file, folder })
      read.set(file, image)
      if (image.kind !== 'invalid') bytes += image.media.bytes.length + image.media.thumbnail.length
      return image
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
  return images
}
