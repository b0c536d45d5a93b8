import { isAbsolute, resolve } from 'node:path'
import type { Part } from '../../domain/definition.js'
import type { MediaToStore } from '../../store/reminders/media.js'
import { counted, describeValue } from './issues.js'
import { readImage } from './media.js'
import type { FieldReading } from './field-reading.js'
import type { ParsedInput } from './schema.js'

/** The part of the input that says what is sent: of the reminder, or of one of its steps. */
export type ContentInput = Pick<ParsedInput, 'parts' | 'text' | 'image' | 'caption'>

type PartSource = {
  field: string
  text?: string | undefined
  image?: string | undefined
  caption?: string | undefined
}

/** Reads the images too. What is read goes to `media`; several mentions of one file are read once. */
export async function readParts(
  reading: FieldReading,
  {
    content,
    wasGiven,
    path = '',
    media,
  }: {
    content: ContentInput
    wasGiven: (field: keyof ContentInput) => boolean
    /** Where the content is in the input: `''`, or `steps[1].` */
    path?: string
    media: MediaByFile
  },
): Promise<Part[]> {
  const parts: Part[] = []
  for (const source of partSources({ content, wasGiven, path, issues: reading.issues })) {
    warnOfLiteralBreaks(reading, source)
    if (source.text !== undefined) {
      parts.push({ kind: 'text', text: source.text })
      continue
    }
    const image = source.image ?? ''
    const { folder } = reading.context
    const file = isAbsolute(image) ? image : resolve(folder, image)
    const read = media.get(file) ?? (await (reading.context.readImage ?? readImage)({ path: file, folder }))
    media.set(file, read)
    if (read.kind === 'invalid') {
      reading.issues.push({ field: source.field, got: describeValue(image), expected: read.expected })
      continue
    }
    const caption = source.caption === undefined || source.caption === '' ? {} : { caption: source.caption }
    parts.push({ kind: 'image', media: read.media.digest, ...caption })
  }
  return parts
}

export type MediaByFile = Map<string, Awaited<ReturnType<typeof readImage>>>

export function mediaToStore(media: MediaByFile): MediaToStore[] {
  return [...media.values()].flatMap((read) => (read.kind === 'invalid' ? [] : [read.media]))
}

/** A shell hands `\n` on as it is written, and so would be sent. */
function warnOfLiteralBreaks({ warnings }: FieldReading, { field, text, caption }: PartSource): void {
  if (!`${text ?? ''}${caption ?? ''}`.includes(String.raw`\n`)) return
  const where = text === undefined ? field.replace(/image$/, 'caption') : field
  warnings.push(
    String.raw`${where}: it has a backslash and an n (\n), which is sent as these two characters. For a new line, give a real one: $'one\ntwo' in bash, or a file with -f.`,
  )
}

/** The list of parts, or the short form: a text, an image with its caption, or the text and then the image. */
function partSources({
  content,
  wasGiven,
  path,
  issues,
}: {
  content: ContentInput
  wasGiven: (field: keyof ContentInput) => boolean
  path: string
  issues: FieldReading['issues']
}): PartSource[] {
  const short = (['text', 'image', 'caption'] as const).filter((field) => wasGiven(field))
  if (wasGiven('parts')) {
    if (short.length > 0)
      issues.push({
        field: `${path}parts`,
        expected: `expected either \`parts\` or \`${short.join('`, `')}\` beside it, not both`,
      })
    return (content.parts ?? []).map((part, index) => ({
      ...part,
      field: `${path}parts[${index}]${part.image === undefined ? '' : '.image'}`,
    }))
  }
  if (wasGiven('caption') && !wasGiven('image'))
    issues.push({
      field: `${path}caption`,
      expected: `expected \`image\` beside it${countedCaption(content.caption)}`,
    })
  const sources: PartSource[] = []
  if (content.text !== undefined) sources.push({ field: `${path}text`, text: content.text })
  if (content.image !== undefined)
    sources.push({ field: `${path}image`, image: content.image, caption: content.caption })
  return sources
}

function countedCaption(caption: string | undefined): string {
  return caption === undefined ? '' : `, got only a caption of ${counted(caption.length, 'character')}`
}
