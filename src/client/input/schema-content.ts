import { z } from 'zod'
import { maxCaptionLength, maxParts, maxTextLength } from '../../domain/definition.js'

/** What a reminder says: its parts, or the short form of one text and one image. */

// A file from Windows ends its lines with CR LF; WhatsApp shows the CR as a line of its own.
const lines = z
  .string({ error: 'expected text (in quotes, when it is only digits)' })
  .overwrite((written) => written.replaceAll(/\r\n?/g, '\n'))

const text = lines
  .min(1, { error: 'expected some text' })
  .max(maxTextLength, { error: `expected at most ${maxTextLength} characters` })
const caption = lines.max(maxCaptionLength, { error: `expected at most ${maxCaptionLength} characters` })
const image = z.string({ error: 'expected the path of an image file' }).min(1, {
  error: 'expected the path of an image file',
})

const partForm = 'expected `text`, or `image` with an optional `caption`'
const partInput = z
  .strictObject(
    { text: text.optional(), image: image.optional(), caption: caption.optional() },
    { error: shape(partForm) },
  )
  .refine((part) => (part.text === undefined) !== (part.image === undefined), { error: partForm })
  .refine((part) => part.caption === undefined || part.image !== undefined, {
    error: 'expected `caption` only beside `image`',
  })

export const contentFields = {
  parts: z
    .array(partInput, { error: `expected a list of parts, each with ${partForm.slice('expected '.length)}` })
    .min(1, { error: 'expected at least one part' })
    .max(maxParts, { error: `expected at most ${maxParts} parts` })
    .optional(),
  text: text.optional(),
  image: image.optional(),
  caption: caption.optional(),
}

/** The names of a part's own fields. */
export const partFieldNames = ['text', 'image', 'caption'] as const

/** Unknown fields are told by their names; for anything else that is no object, the message says what would be one. */
export function shape(message: string) {
  return (issue: { code?: string }) => (issue.code === 'unrecognized_keys' ? undefined : message)
}
