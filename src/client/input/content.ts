import type { Part } from '../../domain/definition.js'
import type { MediaToStore } from '../../store/reminders/media.js'
import { mediaToStore, readParts, type ContentInput, type MediaByFile } from './parts.js'
import type { FieldReading } from './field-reading.js'
import { partFieldNames } from './schema/content.js'
import { say } from '../../domain/sentences/say.js'

/** What a reminder sends. A definition has files by their digests, so an edit keeps what it does not change as it is. */
export type Content = { parts: Part[]; stepParts?: Part[][] }

const contentNames = ['parts', ...partFieldNames] as const

/** @param kept what an existing reminder sends, where nothing else is given */
export async function readContent(
  reading: FieldReading,
  { kept }: { kept: Content | undefined },
): Promise<{ content: Content; media: MediaToStore[] }> {
  const { fields, wasGiven } = reading
  const media: MediaByFile = new Map()
  const isGiven = contentNames.some((field) => wasGiven(field))
  const own = await readStepParts(reading, media)
  if (!isGiven && kept === undefined) reportMissing(reading, own)
  const parts = isGiven
    ? await readParts(reading, { content: fields, wasGiven, media })
    : (kept?.parts ?? own?.find((step) => step.length > 0) ?? [])
  const stepParts = kept?.stepParts ?? own
  return {
    content: { parts, ...(stepParts?.some((step) => step.length > 0) && { stepParts }) },
    media: mediaToStore(media),
  }
}

/** Steps that all have content of their own need none beside them. */
function reportMissing({ fields, wasGiven, issues }: FieldReading, own: Part[][] | undefined): void {
  const field = 'parts'
  if (wasGiven('steps') && fields.steps === undefined) return
  const silent = own?.flatMap((step, index) => (step.length === 0 ? [`steps[${index}]`] : [])) ?? []
  if (own === undefined || silent.length === own.length)
    issues.push({ field, expected: say('contentMissing') })
  else if (silent.length > 0 && issues.every((issue) => !issue.field.startsWith('steps')))
    issues.push({
      field,
      expected: say('stepContentMissing', { steps: silent.join(', ') }),
    })
}

/** An entry for each step, empty where it sends what the reminder sends; undefined without steps. */
async function readStepParts(reading: FieldReading, media: MediaByFile): Promise<Part[][] | undefined> {
  const { steps } = reading.fields
  if (steps === undefined) return undefined
  const all: Part[][] = []
  for (const [index, step] of steps.entries())
    all.push(
      await readParts(reading, {
        content: step,
        wasGiven: (field: keyof ContentInput) => step[field] !== undefined,
        path: `steps[${index}].`,
        media,
      }),
    )
  return all
}
