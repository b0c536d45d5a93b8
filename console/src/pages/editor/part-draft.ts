import type { Part } from '../../../../src/domain/definition.js'
import type { ReminderInput } from '../../../../src/client/input/schema/reminder.js'

export type PartDraft =
  | { id: string; kind: 'text'; text: string }
  | { id: string; kind: 'image'; media: string | undefined; caption: string; size?: string }

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
