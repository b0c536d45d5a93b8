import type { ReminderDefinition } from '../../domain/definition.js'
import { formatDuration } from '../../domain/duration.js'
import type { PreviewedAudience } from './audience.js'
import { hoursOf, type PreviewedDelivery } from './duration.js'
import { formatMoment } from '../moments.js'

/** Warnings of what is allowed and perhaps not meant: in the audience, and in how long it takes. */
export function deliveryWarnings(
  definition: ReminderDefinition,
  { audience, at, delivery }: { audience: PreviewedAudience; at: string; delivery: PreviewedDelivery },
): string[] {
  const warnings: string[] = []
  const { schedule, account, deliverWithinMs } = definition
  if (audience.recipients.length === 0)
    warnings.push(
      definition.audience.kind === 'list'
        ? 'nobody would get it: none of its recipients is on WhatsApp'
        : `account '${account}' is in no group that is known: nobody would get it (\`carillon groups list\`)`,
    )
  const atMs = Date.parse(at)
  const hours = hoursOf(definition, atMs)
  const beginsMs = Date.parse(delivery.beginsAt)
  const opensTooLate = beginsMs >= atMs + deliverWithinMs
  if (hours !== undefined && hours.opensMs > atMs)
    warnings.push(
      `${formatMoment(at, schedule.zone)} is outside of its window: ${
        opensTooLate
          ? `that opens ${formatMoment(delivery.beginsAt, schedule.zone)}, when its time to deliver is over`
          : `it begins when that opens, ${formatMoment(delivery.beginsAt, schedule.zone)}`
      }`,
    )
  if (hours !== undefined && !opensTooLate) {
    const openMs = hours.closesMs - beginsMs
    if (Date.parse(delivery.finishesAt) > hours.closesMs)
      warnings.push(
        `its window is shorter than the run: of ${delivery.sends} messages at ${delivery.limitPerMinute} a minute not all go out in the ${formatDuration(openMs)} that it is open; the rest waits until it opens again`,
      )
  }
  if (delivery.dailyCap !== undefined && delivery.sends > delivery.dailyCap)
    warnings.push(
      `account '${account}' may send ${delivery.dailyCap} messages in 24 hours, and this has ${delivery.sends}: what is over the cap waits, with the account held by it`,
    )
  if (delivery.expiring > 0)
    warnings.push(
      `${delivery.expiring} of ${delivery.sends} messages would expire unsent, ${formatDuration(deliverWithinMs)} after its time; give a longer \`deliverWithin\`, or a wider window`,
    )
  return warnings
}
