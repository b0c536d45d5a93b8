import PQueue from 'p-queue'
import { imageTypes, maxImageBytes } from '../../../domain/definition.js'
import { mediaAnswer, otherType, pictureTypes } from '../answers/media.js'
import { etagOf } from '../etag.js'
import { readFile } from '../read.js'
import { ok, reply, route, type Route } from '../route.js'

/**
 * What is sealed is given out when all of it was checked, and so is in memory: with 16 MB, and as the driver reads it, some 60 MB
 * each.
 */
const opening = new PQueue({ concurrency: 4 })

const always = {
  // By its content for good, in the browser of who was let in alone: another cookie or token asks again.
  'Cache-Control': 'private, max-age=31536000, immutable',
  Vary: 'Cookie, Authorization',
  // Opened by itself it runs, loads and sends nothing.
  'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
}

export const mediaRoutes: Route[] = [
  route({
    id: 'uploadMedia',
    method: 'post',
    path: '/media',
    tag: 'Media',
    summary: 'Upload an image for reminders',
    description:
      'The body is the file. It is made ready to be sent, and known by its content: the same file is stored once. Give the `media` of the answer as `image` in a reminder within a day, or it is forgotten.',
    role: 'editor',
    takesBytes: imageTypes,
    repetition: 'harmless',
    statuses: { 201: 'It is stored.' },
    answer: mediaAnswer,
    handle: async ({ client, request }) =>
      reply(
        201,
        await client.media.upload(await readFile(request, { types: imageTypes, maxBytes: maxImageBytes })),
      ),
  }),
  route({
    id: 'readMedia',
    method: 'get',
    path: '/media/{media}',
    tag: 'Media',
    summary: 'An image of a reminder, as it is sent',
    description:
      'Of your own reminders and runs, and what was uploaded; of all others it is not there. It never changes: browsers keep it.',
    role: 'viewer',
    statuses: { 200: 'The file.', 304: 'You have it: see `If-None-Match`.' },
    contentType: [...pictureTypes, otherType],
    hasEtag: true,
    handle: async ({ client, params, header }) => {
      const { mime, bytes } = await opening.add(async () => await client.media.read(params.media))
      const headers = { ...etagOf(params.media), ...always }
      if (header('if-none-match')?.includes(`"${params.media}"`) === true)
        return reply(304, undefined, headers)
      const shown = pictureTypes.includes(mime)
        ? { 'Content-Type': mime, 'Content-Disposition': 'inline' }
        : { 'Content-Type': otherType, 'Content-Disposition': 'attachment' }
      return ok(bytes, { ...shown, ...headers })
    },
  }),
]
