import { occurrencesBetween } from '../../domain/calendar/occurrences.js'
import type { ReminderDefinition } from '../../domain/definition.js'
import { listFiringUntil, type OtherReminder } from '../../store/views/collisions.js'
import type { ClientContext } from '../context.js'
import { formatMoment } from '../moments.js'
import { previewDelivery, type PreviewedDelivery, type PreviewedLimits } from './duration.js'
import { say } from '../../domain/sentences/say.js'

/** Other reminders are looked at this far; those beyond are told of by their number alone. */
const maxOthers = 200
/** The collisions of each occurrence that is shown; further ones come again in the same way. */
const maxOccurrences = 20

/**
 * Reminders of one account that would be sent at the same time: one of them waits. Every occurrence that is shown is
 * held against all of the others' fires, not only against the next one.
 */
export async function collisionWarnings(
  { database, operator }: ClientContext,
  {
    key,
    definition,
    occurrences,
    delivery,
    limits,
    groups,
  }: {
    key: string
    definition: ReminderDefinition
    occurrences: readonly { at: string }[]
    delivery: PreviewedDelivery
    limits: PreviewedLimits
    /** How many groups the account has. */
    groups: number
  },
): Promise<string[]> {
  const own = occurrences.slice(0, maxOccurrences)
  const last = own.at(-1)
  if (last === undefined) return []
  const until = new Date(Date.parse(last.at) + delivery.durationMs).toISOString()
  const query = { operator, accountId: definition.account, except: key, until, limit: maxOthers }
  const others = await listFiringUntil(database, query)
  const warnings = others.slice(0, maxOthers).flatMap((other) => {
    const found = own.flatMap(({ at }) => collision(other, { at, delivery, limits, groups }))
    const [first] = found
    if (first === undefined) return []
    return [
      say('collides', {
        other: other.key,
        account: definition.account,
        at: formatMoment(first, definition.schedule.zone),
        more: found.length > 1 ? found.length - 1 : undefined,
        takes: delivery.durationMs < 1_000 ? undefined : delivery.durationMs,
      }),
    ]
  })
  if (others.length > maxOthers) warnings.push(say('collidesMore', { count: maxOthers }))
  return warnings
}

/** The first fire of the other that is, or is being sent, while this occurrence is sent. */
function collision(
  { nextFire, definition }: OtherReminder,
  {
    at,
    delivery: { durationMs },
    limits,
    groups,
  }: { at: string; delivery: PreviewedDelivery; limits: PreviewedLimits; groups: number },
): string[] {
  const { audience, parts, schedule } = definition
  const sends = (audience.kind === 'allGroups' ? groups : audience.recipients.length) * parts.length
  const own = Date.parse(at)
  const other = previewDelivery(definition, { at, sends, limits })
  const from = own - Math.max(1, other.durationMs)
  const to = own + Math.max(0, durationMs - 1)
  const isNext = nextFire.getTime() > from && nextFire.getTime() <= to
  if (isNext) return [nextFire.toISOString()]
  // Those before the next fire are over or skipped.
  const since = new Date(Math.max(from, nextFire.getTime())).toISOString()
  if (Date.parse(since) >= to) return []
  return occurrencesBetween(schedule, { from: since, to: new Date(to).toISOString(), limit: 1 })
}
