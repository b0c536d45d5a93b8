import { wayOf } from '../../domain/ways.js'
import type { RecordedRequest } from '../../protocol/payloads.js'
import { insertAudit } from '../audit.js'
import { inTransaction, type Database } from '../database.js'
import { keptDays, tellRelay, type DeliveryKey } from './webhook-queue.js'

export type Redelivery =
  /** It waits in its endpoint's queue, or did at this request before. */
  | 'asked'
  /** It waits for its turn as it is, or is being tried. */
  | 'already'
  | 'disabled'
  | 'missing'

// Longer than this transaction takes: an event that is purged meanwhile would take what was promised with it.
const beforePurge = '10 minutes'

/**
 * A delivery that has ended, or that Temporal would try again later, goes to the end of its endpoint's queue, with the event
 * as it was. Its turn passes, so that no try of before can end it. Of two requests at once one finds it waiting.
 */
export async function redeliver(
  database: Database,
  { operator, endpointId, eventId, request }: DeliveryKey & { operator: string; request: RecordedRequest },
): Promise<Redelivery> {
  return await inTransaction(database, async (client) => {
    // In the order in which a try takes the two rows.
    const { rows: endpoints } = await client.query<{ isDisabled: boolean }>(
      `select disabled_at is not null as "isDisabled" from webhook_endpoint
       where operator = $1 and id = $2 and removed_at is null and bot is null for no key update`,
      [operator, endpointId],
    )
    const [endpoint] = endpoints
    if (!endpoint) return 'missing'
    const subject = `webhook:${endpointId}/${eventId}`
    const requestId = `${subject}#redeliverWebhook#${request.requestId}`
    const { rows } = await client.query<{ isWaiting: boolean; isRepeated: boolean }>(
      `select d.state = 'waiting' and d.next_at is null as "isWaiting",
         exists (select from audit where request_id = $3) as "isRepeated"
       from webhook_delivery d join webhook_event v on v.id = d.event_id
       where d.endpoint_id = $1 and d.event_id = $2
         and (d.state = 'waiting' or v.at > now() - make_interval(days => $4) + $5::interval)
       for no key update of d`,
      [endpointId, eventId, requestId, keptDays, beforePurge],
    )
    const [delivery] = rows
    if (!delivery) return 'missing'
    // Also where it has ended again meanwhile.
    if (delivery.isRepeated) return 'asked'
    if (endpoint.isDisabled) return 'disabled'
    if (delivery.isWaiting) return 'already'
    await insertAudit(client, {
      operator,
      subject,
      action: 'redeliverWebhook',
      actor: request.by ?? null,
      reason: request.reason ?? null,
      requestId,
      via: wayOf(request.requestId),
    })
    await client.query(
      `update webhook_delivery set state = 'waiting', ended_at = null, handed_at = null, queued_at = clock_timestamp(),
         turn = turn + 1, trying_until = null, next_at = null, redelivered_at = now(), attempts_before = attempts
       where endpoint_id = $1 and event_id = $2`,
      [endpointId, eventId],
    )
    await tellRelay(client)
    return 'asked'
  })
}
