import { z } from 'zod'
import {
  maxCaptionLength,
  maxParts,
  maxTextLength,
  mediaKinds,
  type MediaKind,
} from '../../../domain/definition.js'
import { say } from '../../../domain/sentences/say.js'

/** What a reminder says: its parts, or the short form of one text and one image. */

// A file from Windows ends its lines with CR LF; WhatsApp shows the CR as a line of its own.
const lines = z
  .string({ error: say('textQuoted') })
  .overwrite((written) => written.replaceAll(/\r\n?/g, '\n'))

const text = lines
  .min(1, { error: say('someText') })
  .max(maxTextLength, { error: say('mostCharacters', { max: maxTextLength }) })
const caption = lines.max(maxCaptionLength, { error: say('mostCharacters', { max: maxCaptionLength }) })
const path = (error: string) => z.string({ error }).min(1, { error }).optional()
/** A file is named in the field of its kind. */
const mediaFields = {
  image: path(say('imagePath')).meta({
    description: 'The path of an image file; over HTTP the `media` that its upload was answered.',
  }),
} satisfies Record<MediaKind, z.ZodType>

const partForm = say('partForm')
const partInput = z
  .strictObject(
    { text: text.optional(), ...mediaFields, caption: caption.optional() },
    { error: shape(partForm) },
  )
  .refine((part) => [part.text, ...filesOf(part)].filter((field) => field !== undefined).length === 1, {
    error: partForm,
  })
  .refine((part) => part.caption === undefined || filesOf(part).length > 0, {
    error: say('captionBeside'),
  })

export const contentFields = {
  parts: z
    .array(partInput, { error: say('partsForm') })
    .min(1, { error: say('atLeastOne', { one: say('phrasePart') }) })
    .max(maxParts, { error: say('atMostOf', { max: maxParts, of: say('phraseParts') }) })
    .optional()
    .meta({
      description:
        'A message each, in this order. For a single one its fields may be given without a list, beside the others.',
    }),
  text: text.optional().meta({ description: 'The text of a message.' }),
  ...mediaFields,
  caption: caption.optional().meta({ description: 'The text below the image.' }),
}

/** The file that a part names, with its kind: more than one where it is not yet known that this is a mistake. */
export function filesOf(
  part: Partial<Record<MediaKind, string | undefined>>,
): { kind: MediaKind; path: string }[] {
  return mediaKinds.flatMap((kind) => {
    const file = part[kind]
    return file === undefined ? [] : [{ kind, path: file }]
  })
}

/** The names of a part's own fields. */
export const partFieldNames = ['text', ...mediaKinds, 'caption'] as const

/** Unknown fields are told by their names; for anything else that is no object, the message says what would be one. */
export function shape(message: string) {
  return (issue: { code?: string }) => (issue.code === 'unrecognized_keys' ? undefined : message)
}
