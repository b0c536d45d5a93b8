import { say } from '../../domain/sentences/say.js'
import type { Database } from '../../store/database.js'
import { listDeliveries, type DeliveryView } from '../../store/webhooks/webhooks.js'
import { CarillonError } from '../errors.js'

const lookEveryMs = 200

/** The delivery once it has ended, or as it is when the time is over. */
export async function findSettled({
  database,
  operator,
  eventId,
  timeoutMs,
}: {
  database: Database
  operator: string
  eventId: string
  timeoutMs: number
}): Promise<DeliveryView> {
  const endMs = Date.now() + timeoutMs
  for (;;) {
    const [delivery] = await listDeliveries(database, { operator, eventId, limit: 1 })
    if (delivery && (delivery.state !== 'waiting' || Date.now() >= endMs)) return delivery
    if (Date.now() >= endMs) throw new CarillonError('timed_out', say('eventGone'))
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
