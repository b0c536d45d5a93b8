import type { Media } from '../../client/media.js'
import { otherType, pictureTypes } from '../v1/answers/media.js'
import { upload } from './files.js'
import { at } from './path.js'
import type { Transport } from './transport.js'

export function httpMedia(transport: Transport): Media {
  return {
    upload: async (bytes) => await upload(transport, bytes),
    read: async (media) => {
      const types = [...pictureTypes, otherType]
      const { type: mime, bytes } = await transport.download(types, {
        method: 'GET',
        path: at`/media/${media}`,
        headers: { Accept: types.join(', ') },
      })
      return { mime, bytes }
    },
  }
}
