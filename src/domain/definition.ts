import { z } from 'zod'
import { calendar } from './calendar/calendar.js'
import { accountIdPattern } from './ids.js'
import { sendingWindow } from './hours/window.js'

/**
 * A reminder's content, audience and calendar in their canonical form, as it is stored and compared. Callers write the
 * friendlier `ReminderInput`; the client makes this of it.
 */

export const groupJidPattern = /^\d{5,30}(-\d{5,20})?@g\.us$/
export const personJidPattern = /^\d{5,20}@(s\.whatsapp\.net|lid)$/

/** WhatsApp's own limits (source: its clients refuse longer ones). */
export const maxTextLength = 65_536
export const maxCaptionLength = 1_024
/** Of a file, in bytes. */
export const maxImageBytes = 16 * 1024 * 1024
export const maxParts = 20
export const maxRecipients = 10_000

const recipient = z
  .string()
  .refine(
    (jid) => groupJidPattern.test(jid) || personJidPattern.test(jid),
    'expected a group JID (…@g.us) or a person JID (…@s.whatsapp.net)',
  )

/** The kinds of files that an image can be given as; it is sent as a JPEG or a PNG. */
export const imageTypes = ['image/jpeg', 'image/png', 'image/webp'] as const

/** What names media. */
export const mediaPattern = /^[0-9a-f]{64}$/

export const textPart = z.strictObject({
  kind: z.literal('text'),
  text: z.string().min(1).max(maxTextLength),
})
export const imagePart = z.strictObject({
  kind: z.literal('image'),
  /** SHA-256 of the file, in hex: its key in the media table. */
  media: z.string().regex(mediaPattern),
  caption: z.string().max(maxCaptionLength).optional(),
})
export const part = z.discriminatedUnion('kind', [textPart, imagePart])

export const audience = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('list'), recipients: z.array(recipient).min(1).max(maxRecipients) }),
  z.strictObject({ kind: z.literal('allGroups') }),
])

/** The fate of an occurrence that is due while the run of an earlier one is under way. */
export const overlapPolicies = ['skip', 'bufferOne', 'cancelOther'] as const
export type OverlapPolicy = (typeof overlapPolicies)[number]

export const reminderDefinition = z.strictObject({
  version: z.literal(2),
  account: z.string().regex(accountIdPattern),
  audience,
  parts: z.array(part).min(1).max(maxParts),
  /** For a calendar of steps: what each step sends instead of `parts`, by its index; empty where it sends `parts`. */
  stepParts: z.array(z.array(part).max(maxParts)).optional(),
  schedule: calendar,
  /**
   * `bufferOne`: it waits for that run to end, and a later one takes its place; `skip`: it is recorded as skipped;
   * `cancelOther`: the run under way is canceled.
   */
  overlap: z.enum(overlapPolicies),
  /** The hours in which sends are allowed, in the schedule's zone; any hour where there is none. */
  window: sendingWindow.optional(),
  /** Higher goes first where two runs of an account wait for its lock. */
  priority: z.int().min(0).max(9),
  /** How late a fire may still go out, in ms; later it is recorded as missed. */
  catchUpMs: z.int().min(0),
  /** After this long from the scheduled time an unsent target expires, in ms. */
  deliverWithinMs: z.int().min(1_000),
  /** A send whose outcome is unknown is sent again under its own id, or left. */
  onUncertain: z.enum(['resend', 'unknown']),
  groupConcurrency: z.int().min(1).max(20),
  /** Sends in any 60 s, where that is to be fewer than the account may make. */
  ratePerMinute: z.int().min(1).max(100_000).optional(),
})

export type ReminderDefinition = z.infer<typeof reminderDefinition>
export type Part = z.infer<typeof part>
export type MediaPart = Extract<Part, { media: string }>

export type MediaKind = MediaPart['kind']

const eachMediaKind: Record<MediaKind, true> = { image: true }
/** The kinds of parts that show a file. */
export const mediaKinds = Object.keys(eachMediaKind) as MediaKind[]

/** Whether it shows a file, which is uploaded once before the first send. */
export function isMedia(one: Part | undefined): one is MediaPart {
  return one !== undefined && 'media' in one
}
export type Audience = z.infer<typeof audience>
export type Schedule = ReminderDefinition['schedule']

export const definitionDefaults = {
  priority: 5,
  catchUpMs: 3_600_000,
  deliverWithinMs: 12 * 3_600_000,
  overlap: 'bufferOne',
  onUncertain: 'resend',
  groupConcurrency: 3,
} as const satisfies Partial<ReminderDefinition>

/** JSON with sorted keys: equal definitions have equal text, whatever order their fields were written in. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    entry !== null && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : entry,
  )
}

// Their values are personal (texts, numbers, groups), so a conflict names the field and keeps the values to itself.
const privateFields = new Set(['text', 'caption', 'media', 'recipients'])

export type Difference = {
  /** e.g. `schedule.at`, `parts[0].text` */
  field: string
  /** Missing where the values are personal. */
  existing?: string
  requested?: string
}

/** The fields in which two definitions differ, deepest first level that differs; never a personal value. */
export function differences(existing: unknown, requested: unknown, path = ''): Difference[] {
  if (canonicalJson(existing ?? null) === canonicalJson(requested ?? null)) return []
  const isPrivate = privateFields.has(
    path
      .split('.')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') ?? '',
  )
  if (isPrivate) return [{ field: path }]
  if (isRecord(existing) && isRecord(requested)) {
    const keys = [...new Set([...Object.keys(existing), ...Object.keys(requested)])].toSorted()
    return keys.flatMap((key) =>
      differences(existing[key], requested[key], path === '' ? key : `${path}.${key}`),
    )
  }
  if (Array.isArray(existing) && Array.isArray(requested) && existing.length === requested.length)
    return existing.flatMap((entry, index) => differences(entry, requested[index], `${path}[${index}]`))
  if (typeof existing === 'object' || typeof requested === 'object') return [{ field: path }]
  return [
    {
      field: path,
      existing: JSON.stringify(existing) ?? 'absent',
      requested: JSON.stringify(requested) ?? 'absent',
    },
  ]
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
