import type { MediaToStore } from '../../store/reminders/media.js'
import type { MediaSummary } from '../../store/views/media.js'
import { isMedia, type MediaKind, type Part, type ReminderDefinition } from '../../domain/definition.js'

export type PreviewedPart =
  | { kind: 'text'; text: string }
  | {
      kind: MediaKind
      digest: string
      mime: string
      bytes: number
      width: number | null
      height: number | null
      caption?: string
    }

/** The parts in order; `step` names the step of a sequence that has parts of its own. */
export type PreviewedMessage = { step?: string; parts: PreviewedPart[] }

export function previewMessages(
  { parts, stepParts, schedule }: ReminderDefinition,
  media: Map<string, MediaSummary>,
): PreviewedMessage[] {
  const shown = (all: Part[]) => all.map((part) => previewPart(part, media))
  if (schedule.kind !== 'steps' || stepParts === undefined) return [{ parts: shown(parts) }]
  return schedule.steps.map(({ offset, at }, index) => {
    const own = stepParts[index] ?? []
    return {
      step: at === undefined ? offset : `${offset} ${at}`,
      parts: shown(own.length === 0 ? parts : own),
    }
  })
}

export function mediaOf(definition: ReminderDefinition): string[] {
  const all = [definition.parts, ...(definition.stepParts ?? [])].flat()
  return [...new Set(all.flatMap((part) => (isMedia(part) ? [part.media] : [])))]
}

export function summaryOf({ digest, mime, bytes, width, height }: MediaToStore): MediaSummary {
  return { digest, mime, bytes: bytes.length, width, height }
}

function previewPart(part: Part, media: Map<string, MediaSummary>): PreviewedPart {
  if (!isMedia(part)) return part
  const { mime = 'unknown', bytes = 0, width = null, height = null } = media.get(part.media) ?? {}
  const caption = part.caption === undefined ? {} : { caption: part.caption }
  return { kind: part.kind, digest: part.media, mime, bytes, width, height, ...caption }
}
