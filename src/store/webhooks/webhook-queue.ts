import type { Database, Queryable } from '../database.js'

/**
 * The deliveries that wait for their endpoint. A few at a time of each endpoint are handed over to Temporal, so that one
 * that does not answer has a few workflows, however many events wait for it.
 */

/** One event to one endpoint. */
export type DeliveryKey = { eventId: string; endpointId: string }

/** One hand-over of it: the newest alone may try. */
export type DeliveryTurn = DeliveryKey & { turn: number }

export const webhookChannel = 'carillon_webhook'

/** Deliveries to hand over now: as many as their endpoint has room for, in the order of its queue, and every test. */
export async function toHandOver(
  db: Queryable,
  { atOncePerEndpoint }: { atOncePerEndpoint: number },
): Promise<(DeliveryTurn & { type: string })[]> {
  const { rows } = await db.query<DeliveryTurn & { type: string }>(
    `with active as (
       select id, next_try_at from webhook_endpoint where removed_at is null and disabled_at is null
     ), room as (
       -- One that is in back-off is tried by one event at a time, once its time has come.
       select e.id, greatest(0, case when e.next_try_at is null then $1 when e.next_try_at <= now() then 1 else 0 end -
         (select count(*) from webhook_delivery d
          where d.endpoint_id = e.id and d.state = 'waiting' and d.handed_at is not null
            and (d.last_at is null or d.last_at < d.handed_at or d.trying_until > now()))) as free
       from active e
     ), next as (
       select q.* from room cross join lateral (
         select d.event_id, d.endpoint_id, d.turn from webhook_delivery d
         where d.endpoint_id = room.id and d.handed_at is null and d.state = 'waiting' and not d.is_test
         order by d.queued_at limit room.free) q
       union all
       select d.event_id, d.endpoint_id, d.turn from active e join webhook_delivery d on d.endpoint_id = e.id
       where d.handed_at is null and d.state = 'waiting' and d.is_test
     )
     select n.event_id as "eventId", n.endpoint_id as "endpointId", n.turn + 1 as turn, v.type
     from next n join webhook_event v on v.id = n.event_id`,
    [atOncePerEndpoint],
  )
  return rows
}

export async function markHandedOver(
  db: Queryable,
  { eventId, endpointId, turn }: DeliveryTurn,
): Promise<void> {
  await db.query(
    `update webhook_delivery set handed_at = now(), turn = $3
     where event_id = $1 and endpoint_id = $2 and turn < $3 and state = 'waiting'`,
    [eventId, endpointId, turn],
  )
}

/** Back to the end of its endpoint's queue. Returns whether it was: its turn may have passed, or it has ended. */
export async function handBack(db: Queryable, { eventId, endpointId, turn }: DeliveryTurn): Promise<boolean> {
  const { rowCount } = await db.query(
    `update webhook_delivery set handed_at = null, queued_at = clock_timestamp(), trying_until = null, next_at = null
     where event_id = $1 and endpoint_id = $2 and turn = $3 and handed_at is not null and state = 'waiting'`,
    [eventId, endpointId, turn],
  )
  return rowCount === 1
}

/** Until the next back-off ends of which something waits; undefined where nothing does. */
export async function msUntilNextTry(db: Queryable): Promise<number | undefined> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select ceil(extract(epoch from min(e.next_try_at) - now()) * 1000)::float8 as ms from webhook_endpoint e
     where e.next_try_at > now() and e.removed_at is null and e.disabled_at is null and exists (
       select from webhook_delivery d where d.endpoint_id = e.id and d.handed_at is null and d.state = 'waiting')`,
  )
  return rows[0]?.ms ?? undefined
}

/** A page of what is in Temporal, as Postgres has it. */
export async function handedOver(
  db: Queryable,
  {
    after,
    limit,
    operator,
  }: { after: DeliveryKey | undefined; limit: number; operator?: string | undefined },
): Promise<DeliveryTurn[]> {
  const none = '00000000-0000-0000-0000-000000000000'
  const { rows } = await db.query<DeliveryTurn>(
    `select event_id as "eventId", endpoint_id as "endpointId", turn from webhook_delivery
     where handed_at is not null and state = 'waiting' and (endpoint_id, event_id) > ($1, $2)
       ${operator === undefined ? '' : 'and endpoint_id in (select id from webhook_endpoint where operator = $4)'}
     order by endpoint_id, event_id limit $3`,
    [after?.endpointId ?? none, after?.eventId ?? none, limit, ...(operator === undefined ? [] : [operator])],
  )
  return rows
}

/** Wakes the relay. */
export async function tellRelay(db: Queryable): Promise<void> {
  await db.query(`select pg_notify('${webhookChannel}', '')`)
}

export async function hasEndpoints(
  db: Queryable,
  { operator }: { operator?: string | undefined } = {},
): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    `select exists (select from webhook_endpoint
                    where removed_at is null ${operator === undefined ? '' : 'and operator = $1'}) as found`,
    operator === undefined ? [] : [operator],
  )
  return rows[0]?.found === true
}

/** Events are kept this long after they happened, for `carillon webhook deliveries`. */
export const keptDays = 30
/** An event is worth a try for this long, from when it happened or somebody asked for it to be delivered again. */
export const worthDays = 3
// So that none of these ever holds up the ledger.
const batch = 1_000

export type Upkeep = { dropped: number; givenUp: number }

/** Ends what waits in vain, and forgets what is old: a batch of each. */
export async function tidyQueue(database: Database): Promise<Upkeep> {
  const dropped = await database.query(
    `update webhook_delivery set state = 'dropped', ended_at = now() where ctid = any (array(
       -- By endpoint, so that it never looks through all that waits for the others.
       select d.ctid from webhook_endpoint e cross join lateral (
         select ctid from webhook_delivery where endpoint_id = e.id and handed_at is null and state = 'waiting'
         order by queued_at limit $1 for update skip locked) d
       where e.removed_at is not null or e.disabled_at is not null limit $1))`,
    [batch],
  )
  const givenUp = await database.query(
    `update webhook_delivery set state = 'failed', ended_at = now(),
       last_error = coalesce(last_error, case when last_status is null then 'NotTried' end)
     where ctid = any (array(
       select d.ctid from webhook_endpoint e join webhook_delivery d on d.endpoint_id = e.id
         join webhook_event v on v.id = d.event_id
       where e.next_try_at is not null and d.handed_at is null and d.state = 'waiting'
         and coalesce(d.redelivered_at, v.at) < now() - make_interval(days => $2)
       limit $1 for update of d skip locked))`,
    [batch, worthDays],
  )
  await purgeEvents(database)
  return { dropped: dropped.rowCount ?? 0, givenUp: givenUp.rowCount ?? 0 }
}

export async function purgeEvents(database: Database): Promise<void> {
  await database.query(
    `delete from webhook_event where id = any (array(
       select v.id from webhook_event v
       where v.at < now() - make_interval(days => $1)
         and (select true from webhook_delivery d where d.event_id = v.id and d.state = 'waiting' limit 1) is null
       order by v.at limit $2))`,
    [keptDays, batch],
  )
}
