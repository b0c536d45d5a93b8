import { maxImageBytes } from '../../../client/input/media.js'
import { mediaAnswer } from '../answers/media.js'
import { readFile } from '../read.js'
import { reply, route, type Route } from '../route.js'

const types = ['image/jpeg', 'image/png', 'image/webp']

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
    takesBytes: types,
    repetition: 'harmless',
    statuses: { 201: 'It is stored.' },
    answer: mediaAnswer,
    handle: async ({ client, request }) =>
      reply(201, await client.media.upload(await readFile(request, { types, maxBytes: maxImageBytes }))),
  }),
]
