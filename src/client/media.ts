import { inTransaction } from '../store/database.js'
import { findMedia, holdsMedia, saveUpload } from '../store/reminders/media.js'
import { mediaPattern } from '../domain/definition.js'
import { askerOf, mediaHolder, type ClientContext } from './context.js'
import { CarillonError, InputError } from './errors.js'
import { keyedMedia } from './input/media/keyed.js'
import { prepareImage } from './input/media/media.js'
import { say } from '../domain/sentences/say.js'

export type UploadedMedia = {
  /** What names it in the `image` of a reminder, for a caller on another machine. */
  media: string
  /** As it is sent. */
  mime: string
  bytes: number
  width: number
  height: number
}

/** What is sent of it. */
export type MediaFile = { mime: string; bytes: Uint8Array }

export type Media = {
  /**
   * Stores an image for reminders, by its content: the same file is there once. The retention takes it when no reminder shows
   * it within a day.
   * @throws InputError for what is no image that can be sent
   */
  upload(bytes: Buffer): Promise<UploadedMedia>
  /**
   * The file as it is sent, of a reminder, of a run, or of what was uploaded.
   * @throws CarillonError `not_found`: it is not there, or of others
   */
  read(media: string): Promise<MediaFile>
}

export function createMedia(context: ClientContext): Media {
  const { database, operator } = context
  return {
    async upload(bytes) {
      const read = await keyedMedia(database, await prepareImage(bytes))
      if (read.kind !== 'read')
        throw new InputError([
          { field: 'body', expected: read.kind === 'invalid' ? read.expected : say('imageExpected') },
        ])
      const { digest: media, mime, width, height, bytes: sent } = read.media
      await inTransaction(database, async (client) => {
        await saveUpload(client, read.media, { operator, ...askerOf(context) })
      })
      return { media, mime, bytes: sent.length, width, height }
    },
    async read(media) {
      const isTheirs =
        mediaPattern.test(media) && (await holdsMedia(database, { digest: media, ...mediaHolder(context) }))
      const found = isTheirs ? await findMedia(database, media) : undefined
      if (found === undefined) throw new CarillonError('not_found', say('noImage', { image: media }))
      return { mime: found.mime, bytes: found.bytes }
    },
  }
}
