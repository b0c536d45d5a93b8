import { say } from '../../domain/sentences/say.js'
import type { Database } from '../../store/database.js'
import { listDeliveries, type DeliveryView } from '../../store/webhooks/webhooks.js'
import { CarillonError } from '../errors.js'

const lookEveryMs = 200

/** The delivery once it has ended, or as it is when the time is over, or will be then: nothing is tried before. */
export async function findSettled({
  database,
  operator,
  eventId,
  endpointId,
  timeoutMs,
}: {
  database: Database
  operator: string
  eventId: string
  endpointId: string
  timeoutMs: number
}): Promise<DeliveryView> {
  const endMs = Date.now() + timeoutMs
  for (;;) {
    const [delivery] = await listDeliveries(database, { operator, eventId, endpointId, limit: 1 })
    if (delivery) {
      // A test goes out in the middle of its endpoint's back-off.
      const nextMs = delivery.type === 'test' ? 0 : (delivery.nextTryAt?.getTime() ?? 0)
      if (delivery.state !== 'waiting' || Math.max(Date.now(), nextMs) >= endMs) return delivery
    }
    if (Date.now() >= endMs) throw new CarillonError('timed_out', say('eventGone'))
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
