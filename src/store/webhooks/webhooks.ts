import type { WithSaid } from '../../domain/sentences/read.js'
import { webhookDeliveryStates, type WebhookDeliveryState, type WebhookType } from '../../domain/webhooks.js'
import { unasked, type Asker } from '../audit.js'
import { onlyRow, type Queryable } from '../database.js'
import { webhookChannel } from './webhook-queue.js'
import { words } from '../encryption/sealed-value.js'

export type EndpointView = WithSaid<'disabledReason'> & {
  id: string
  url: string
  types: WebhookType[]
  createdAt: Date
  disabledAt: Date | null
  disabledReason: string | null
  waiting: number
  /** Tries in a row that it did not take, since when, and with which status or code the last of them ended. */
  failures: number
  failingSince: Date | null
  lastFailure: string | null
  /** While it is in back-off: when it is tried next. */
  nextTryAt: Date | null
}

const columns = `e.id, e.sealed_url as url, e.types, e.created_at as "createdAt", e.disabled_at as "disabledAt",
  e.disabled_reason as "disabledReason", e.failures, e.failing_since as "failingSince",
  e.last_failure as "lastFailure", e.next_try_at as "nextTryAt",
  (select count(*) from webhook_delivery d where d.endpoint_id = e.id and d.state = 'waiting') as waiting`

/** One that is there already stays as it is. Returns its secret, sealed. */
export async function insertEndpoint(
  db: Queryable,
  endpoint: {
    id: string
    operator: string
    url: string
    types: WebhookType[]
    secret: Buffer
    allowHttp: boolean
  },
  asker: Asker = unasked,
): Promise<Buffer> {
  const { rows } = await db.query<{ secret: Buffer }>(
    `with owner as (insert into operator (id, free_account_ids) values ($2, true) on conflict do nothing), recorded as (
       insert into audit (operator, subject, action, actor, via, request_id)
       values ($2, 'webhook:' || $1, 'addWebhook', $7, $8, 'webhook:' || $1 || '#addWebhook')
       on conflict (request_id) do nothing)
     insert into webhook_endpoint (id, operator, sealed_url, types, secret, allow_http) values ($1::uuid, $2, $3, $4, $5, $6)
     on conflict (id) do update set id = excluded.id returning secret`,
    [
      endpoint.id,
      endpoint.operator,
      words(endpoint.url),
      endpoint.types,
      endpoint.secret,
      endpoint.allowHttp,
      asker.actor,
      asker.via,
    ],
  )
  return onlyRow(rows, 'webhook endpoint').secret
}

export async function listEndpoints(db: Queryable, operator: string): Promise<EndpointView[]> {
  const { rows } = await db.query<EndpointView>(
    `select ${columns} from webhook_endpoint e where e.operator = $1 and e.removed_at is null and e.bot is null order by e.created_at, e.id`,
    [operator],
  )
  return rows
}

/** Nothing more is delivered to it, and its secret is gone. Returns whether it was there. */
export async function removeEndpoint(
  db: Queryable,
  endpoint: { operator: string; id: string },
  asker: Asker = unasked,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with removed as (
       update webhook_endpoint set removed_at = now(), secret = ''
       where operator = $1 and id = $2 and removed_at is null and bot is null returning operator, id)
     insert into audit (operator, subject, action, actor, via)
     select operator, 'webhook:' || id, 'removeWebhook', $3, $4 from removed`,
    [endpoint.operator, endpoint.id, asker.actor, asker.via],
  )
  return rowCount === 1
}

/** One that was disabled, or is in back-off, is given what waits for it at once. */
export async function enableEndpoint(
  db: Queryable,
  endpoint: { operator: string; id: string },
  asker: Asker = unasked,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `with enabled as (
       update webhook_endpoint set disabled_at = null, disabled_reason = null, failures = 0, failing_since = null,
         last_failure = null, next_try_at = null
       where operator = $1 and id = $2 and removed_at is null and bot is null returning operator, id
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select operator, 'webhook:' || id, 'enableWebhook', $3, $4 from enabled
     )
     select pg_notify('${webhookChannel}', '') from enabled`,
    [endpoint.operator, endpoint.id, asker.actor, asker.via],
  )
  return rowCount === 1
}

export async function disableEndpoint(
  db: Queryable,
  endpoint: { id: string; reason: string },
): Promise<void> {
  await db.query(
    `update webhook_endpoint set disabled_at = now(), disabled_reason = $2 where id = $1 and disabled_at is null`,
    [endpoint.id, endpoint.reason],
  )
}

/** An event for one endpoint, to see whether it arrives. */
/** One that is there already stays as it is. */
export async function insertTestEvent(
  db: Queryable,
  event: { eventId: string; endpointId: string; operator: string },
  asker: Asker = unasked,
): Promise<void> {
  await db.query(
    `with event as (
       insert into webhook_event (id, operator, type, data) values ($1, $3, 'test', jsonb_build_object('endpointId', $2::uuid))
       on conflict (id) do nothing returning id
     ), delivery as (
       insert into webhook_delivery (event_id, endpoint_id, is_test) select id, $2, true from event
     ), recorded as (
       insert into audit (operator, subject, action, actor, via)
       select $3, 'webhook:' || $2::text, 'testWebhook', $4, $5 from event
     )
     select pg_notify('${webhookChannel}', '')`,
    [event.eventId, event.endpointId, event.operator, asker.actor, asker.via],
  )
}

export type DeliveryView = {
  eventId: string
  endpointId: string
  type: WebhookType | 'test'
  at: Date
  state: WebhookDeliveryState
  attempts: number
  lastAt: Date | null
  lastStatus: number | null
  lastError: string | null
  /** While it waits: when it is tried next. Null: as soon as there is room, or it is being tried. */
  nextTryAt: Date | null
}

/** The newest first: as many of each endpoint and state as a page holds, from the index of those, and of them the page. */
export async function listDeliveries(
  db: Queryable,
  query: {
    operator: string
    endpointId?: string
    eventId?: string
    states?: WebhookDeliveryState[]
    limit: number
  },
): Promise<DeliveryView[]> {
  const { rows } = await db.query<DeliveryView>(
    `select d.event_id as "eventId", d.endpoint_id as "endpointId", v.type, v.at, d.state, d.attempts,
       d.last_at as "lastAt", d.last_status as "lastStatus", d.last_error as "lastError",
       case when d.state = 'waiting' and d.trying_until is null then greatest(d.next_at, e.next_try_at) end
         as "nextTryAt"
     from webhook_endpoint e cross join unnest($3::text[]) as wanted (state) cross join lateral (
       select * from webhook_delivery
       where endpoint_id = e.id and state = wanted.state ${query.eventId === undefined ? '' : 'and event_id = $5'}
       order by at desc limit $4) d
     join webhook_event v on v.id = d.event_id
     where e.operator = $1 and e.bot is null and ($2::uuid is null or e.id = $2)
     order by d.at desc, d.event_id, d.endpoint_id limit $4`,
    [
      query.operator,
      query.endpointId ?? null,
      query.states ?? webhookDeliveryStates,
      query.limit,
      ...(query.eventId === undefined ? [] : [query.eventId]),
    ],
  )
  return rows
}

export async function listSealedSecrets(
  db: Queryable,
  operator: string,
): Promise<{ id: string; secret: Buffer }[]> {
  const { rows } = await db.query<{ id: string; secret: Buffer }>(
    `select id, secret from webhook_endpoint where operator = $1 and removed_at is null and bot is null order by id`,
    [operator],
  )
  return rows
}
