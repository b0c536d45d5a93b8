import type { WebhookDeliveryState } from '../domain/webhooks.js'
import type { Database, Queryable } from './database.js'

/** One event to one endpoint. */
export type DeliveryKey = { eventId: string; endpointId: string }

export const webhookChannel = 'carillon_webhook'

/** Deliveries that no workflow was started for yet, the oldest first. */
export async function toHandOver(db: Queryable, limit: number): Promise<(DeliveryKey & { type: string })[]> {
  const { rows } = await db.query<DeliveryKey & { type: string }>(
    `select d.event_id as "eventId", d.endpoint_id as "endpointId", v.type
     from webhook_delivery d join webhook_event v on v.id = d.event_id
     where d.handed_at is null order by v.at, d.endpoint_id limit $1`,
    [limit],
  )
  return rows
}

export async function markHandedOver(db: Queryable, { eventId, endpointId }: DeliveryKey): Promise<void> {
  await db.query(`update webhook_delivery set handed_at = now() where event_id = $1 and endpoint_id = $2`, [
    eventId,
    endpointId,
  ])
}

export type ToDeliver = {
  operator: string
  type: string
  at: Date
  /** By Postgres' clock. */
  now: Date
  data: unknown
  url: string
  secret: Buffer
  /** Disabled or removed. */
  isOff: boolean
  state: WebhookDeliveryState
}

export async function loadWebhook(db: Queryable, key: DeliveryKey): Promise<ToDeliver | undefined> {
  const { rows } = await db.query<ToDeliver>(
    `select v.operator, v.type, v.at, clock_timestamp() as now, v.data, e.url, e.secret, d.state,
       (e.disabled_at is not null or e.removed_at is not null) as "isOff"
     from webhook_delivery d join webhook_event v on v.id = d.event_id join webhook_endpoint e on e.id = d.endpoint_id
     where d.event_id = $1 and d.endpoint_id = $2`,
    [key.eventId, key.endpointId],
  )
  return rows[0]
}

/** What came of one try. A delivery that has ended stays as it ended. */
export async function recordTry(
  db: Queryable,
  {
    eventId,
    endpointId,
    ...outcome
  }: DeliveryKey & {
    state: WebhookDeliveryState
    status: number | null
    error: string | null
  },
): Promise<void> {
  await db.query(
    `update webhook_delivery set state = $3, attempts = attempts + 1, last_at = now(), last_status = $4,
       last_error = $5, ended_at = case when $3 <> 'waiting' then now() end
     where event_id = $1 and endpoint_id = $2 and state = 'waiting'`,
    [eventId, endpointId, outcome.state, outcome.status, outcome.error],
  )
}

/** Ends a delivery without a try. */
export async function endDelivery(
  db: Queryable,
  { eventId, endpointId, state }: DeliveryKey & { state: 'failed' | 'dropped' },
): Promise<void> {
  await db.query(
    `update webhook_delivery set state = $3, ended_at = now()
     where event_id = $1 and endpoint_id = $2 and state = 'waiting'`,
    [eventId, endpointId, state],
  )
}

/** Events are kept this long after they happened, for `carillon webhook deliveries`. */
const keptDays = 30

/** A thousand at a time, so that it never holds up the ledger. */
export async function purgeEvents(database: Database): Promise<void> {
  await database.query(
    `delete from webhook_event where id in (
       select v.id from webhook_event v
       where v.at < now() - make_interval(days => $1)
         and not exists (select from webhook_delivery d where d.event_id = v.id and d.state = 'waiting')
       order by v.at limit 1000)`,
    [keptDays],
  )
}

export async function hasEndpoints(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select from webhook_endpoint where removed_at is null) as found`,
  )
  return rows[0]?.found === true
}
