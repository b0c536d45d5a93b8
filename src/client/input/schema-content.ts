import { z } from 'zod'
import { listed } from '../../domain/calendar/words/names.js'
import {
  maxCaptionLength,
  maxParts,
  maxTextLength,
  mediaKinds,
  type MediaKind,
} from '../../domain/definition.js'

/** What a reminder says: its parts, or the short form of one text and one image. */

// A file from Windows ends its lines with CR LF; WhatsApp shows the CR as a line of its own.
const lines = z
  .string({ error: 'expected text (in quotes, when it is only digits)' })
  .overwrite((written) => written.replaceAll(/\r\n?/g, '\n'))

const text = lines
  .min(1, { error: 'expected some text' })
  .max(maxTextLength, { error: `expected at most ${maxTextLength} characters` })
const caption = lines.max(maxCaptionLength, { error: `expected at most ${maxCaptionLength} characters` })
const path = (error: string) => z.string({ error }).min(1, { error }).optional()
/** A file is named in the field of its kind. */
const mediaFields = {
  image: path('expected the path of an image file').meta({
    description: 'The path of an image file; over HTTP the `media` that its upload was answered.',
  }),
} satisfies Record<MediaKind, z.ZodType>

/** For people: the fields of which one names the file of a part. */
export const mediaFieldsText = listed(
  mediaKinds.map((kind) => `\`${kind}\``),
  'or',
)
const partForm = `expected \`text\`, or ${mediaFieldsText} with an optional \`caption\``
const partInput = z
  .strictObject(
    { text: text.optional(), ...mediaFields, caption: caption.optional() },
    { error: shape(partForm) },
  )
  .refine((part) => [part.text, ...filesOf(part)].filter((field) => field !== undefined).length === 1, {
    error: partForm,
  })
  .refine((part) => part.caption === undefined || filesOf(part).length > 0, {
    error: `expected \`caption\` only beside ${mediaFieldsText}`,
  })

export const contentFields = {
  parts: z
    .array(partInput, { error: `expected a list of parts, each with ${partForm.slice('expected '.length)}` })
    .min(1, { error: 'expected at least one part' })
    .max(maxParts, { error: `expected at most ${maxParts} parts` })
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
