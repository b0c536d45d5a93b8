import { mediaKinds, type MediaKind, type Part } from '../../domain/definition.js'
import type { MediaToStore } from '../../store/reminders/media.js'
import { describeValue } from './issues.js'
import { fileKey, readMedia } from './media/media.js'
import type { FieldReading } from './field-reading.js'
import type { ParsedInput } from './schema/reminder.js'
import { filesOf, partFieldNames } from './schema/content.js'
import { say } from '../../domain/sentences/say.js'

/** The part of the input that says what is sent: of the reminder, or of one of its steps. */
export type ContentInput = Pick<ParsedInput, 'parts' | (typeof partFieldNames)[number]>

type PartSource = {
  field: string
  text?: string | undefined
  file?: { kind: MediaKind; path: string } | undefined
  caption?: string | undefined
}

/** Reads the files too. What is read goes to `media`; several mentions of one file are read once. */
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
    const { file } = source
    if (file === undefined) {
      parts.push({ kind: 'text', text: source.text ?? '' })
      continue
    }
    const { folder } = reading.context
    const named = { ...file, folder }
    const key = fileKey(named)
    const read = media.get(key) ?? (await (reading.context.readMedia ?? readMedia)(named))
    media.set(key, read)
    if (read.kind === 'invalid') {
      reading.issues.push({ field: source.field, got: describeValue(file.path), expected: read.expected })
      continue
    }
    const caption = source.caption === undefined || source.caption === '' ? {} : { caption: source.caption }
    const digest = read.kind === 'stored' ? read.digest : read.media.digest
    parts.push({ kind: file.kind, media: digest, ...caption })
  }
  return parts
}

export type MediaByFile = Map<string, Awaited<ReturnType<typeof readMedia>>>

export function mediaToStore(media: MediaByFile): MediaToStore[] {
  return [...media.values()].flatMap((read) => (read.kind === 'read' ? [read.media] : []))
}

/** A shell hands `\n` on as it is written, and so would be sent. */
function warnOfLiteralBreaks({ warnings }: FieldReading, { field, text, file, caption }: PartSource): void {
  if (!`${text ?? ''}${caption ?? ''}`.includes(String.raw`\n`)) return
  const where = file === undefined ? field : `${field.slice(0, -file.kind.length)}caption`
  warnings.push(say('literalBreak', { field: where }))
}

/** The list of parts, or the short form: a text, a file with its caption, or the text and then the file. */
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
  const short = partFieldNames.filter((field) => wasGiven(field))
  if (wasGiven('parts')) {
    if (short.length > 0)
      issues.push({
        field: `${path}parts`,
        expected: say('partsAlone', { fields: short.join('`, `') }),
      })
    return (content.parts ?? []).map((part, index) => {
      const [file] = filesOf(part)
      const { text, caption } = part
      return {
        field: `${path}parts[${index}]${file === undefined ? '' : `.${file.kind}`}`,
        text,
        file,
        caption,
      }
    })
  }
  if (wasGiven('caption') && !mediaKinds.some((kind) => wasGiven(kind)))
    issues.push({
      field: `${path}caption`,
      expected: say('imageBesideCaption', { count: content.caption?.length }),
    })
  const sources: PartSource[] = []
  if (content.text !== undefined) sources.push({ field: `${path}text`, text: content.text })
  for (const file of filesOf(content))
    sources.push({ field: `${path}${file.kind}`, file, caption: content.caption })
  return sources
}
