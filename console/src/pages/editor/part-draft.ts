import type { Part } from '../../../../src/domain/definition.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'

type Picture = { media: string; size?: string }

export type ImageDraft = {
  id: string
  kind: 'image'
  media: string | undefined
  caption: string
  size?: string
  /** What was there before another one was chosen, until that is there. */
  before?: Picture
}

export type PartDraft = { id: string; kind: 'text'; text: string } | ImageDraft

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function emptyPart(): PartDraft {
  return { id: newId(), kind: 'text', text: '' }
}

export function partsOf(parts: readonly Part[]): PartDraft[] {
  return parts.map((part) =>
    part.kind === 'text'
      ? { id: newId(), kind: 'text', text: part.text }
      : { id: newId(), kind: 'image', media: part.media, caption: part.caption ?? '' },
  )
}

/** Another one is on its way to its place: until it is there nothing is, and so the one before is not sent for it. */
export function awaitPicture({ media, size, before, ...part }: ImageDraft): ImageDraft {
  const last = media === undefined ? before : { media, ...(size !== undefined && { size }) }
  return { ...part, media: undefined, ...(last && { before: last }) }
}

export function putPicture(
  { size: _size, before: _before, ...part }: ImageDraft,
  picture: Picture,
): ImageDraft {
  return { ...part, ...picture }
}

/** Those that nobody has begun are left out. */
export function partsInput(parts: readonly PartDraft[]): NonNullable<ReminderInput['parts']> {
  return parts
    .filter(isWritten)
    .map((part) =>
      part.kind === 'text'
        ? { text: part.text }
        : { image: part.media ?? '', ...(part.caption !== '' && { caption: part.caption }) },
    )
}

export function isWritten(part: PartDraft): boolean {
  return part.kind === 'text' ? part.text.trim() !== '' : part.media !== undefined
}
