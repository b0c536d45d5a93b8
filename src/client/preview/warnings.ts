import type { ReminderDefinition } from '../../domain/definition.js'
import type { PreviewedAudience } from './audience.js'
import { hoursOf, type PreviewedDelivery } from './duration.js'
import { formatMoment } from '../moments.js'
import { say } from '../../domain/sentences/say.js'

/** Warnings of what is allowed and perhaps not meant: in the audience, and in how long it takes. */
export function deliveryWarnings(
  definition: ReminderDefinition,
  { audience, at, delivery }: { audience: PreviewedAudience; at: string; delivery: PreviewedDelivery },
): string[] {
  const warnings: string[] = []
  const { schedule, account, deliverWithinMs } = definition
  if (audience.recipients.length === 0)
    warnings.push(
      definition.audience.kind === 'list' ? say('nobodyOnWhatsApp') : say('nobodyInGroups', { account }),
    )
  const atMs = Date.parse(at)
  const hours = hoursOf(definition, atMs)
  const beginsMs = Date.parse(delivery.beginsAt)
  const opensTooLate = beginsMs >= atMs + deliverWithinMs
  if (hours !== undefined && hours.opensMs > atMs)
    warnings.push(
      say(opensTooLate ? 'windowTooLate' : 'windowOpensLater', {
        at: formatMoment(at, schedule.zone),
        opens: formatMoment(delivery.beginsAt, schedule.zone),
      }),
    )
  if (hours !== undefined && !opensTooLate) {
    const openMs = hours.closesMs - beginsMs
    if (Date.parse(delivery.finishesAt) > hours.closesMs)
      warnings.push(
        say('windowTooShort', { sends: delivery.sends, limit: delivery.limitPerMinute, open: openMs }),
      )
  }
  if (delivery.dailyCap !== undefined && delivery.sends > delivery.dailyCap)
    warnings.push(say('overDailyCap', { account, cap: delivery.dailyCap, sends: delivery.sends }))
  if (delivery.expiring > 0)
    warnings.push(
      say('expiresUnsent', { count: delivery.expiring, sends: delivery.sends, after: deliverWithinMs }),
    )
  return warnings
}
