import { z } from 'zod'
import { count } from './values.js'

/** What browsers show as it is, and never as a page. */
export const pictureTypes: readonly string[] = ['image/jpeg', 'image/png']
/** Of all else, which browsers save. */
export const otherType = 'application/octet-stream'

export const mediaAnswer = z
  .object({
    media: z.string().meta({ description: 'What names it in the `image` of a reminder.' }),
    mime: z.string().meta({ description: 'As it is sent.' }),
    bytes: count.meta({ description: 'As it is sent.' }),
    width: count,
    height: count,
  })
  .meta({ id: 'Media' })
