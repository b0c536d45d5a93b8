import type { WebhookDeliveryState } from '../../domain/webhooks.js'
import { inTransaction, type Database, type Queryable } from '../database.js'
import {
  handBack,
  markHandedOver,
  webhookChannel,
  worthDays,
  type DeliveryKey,
  type DeliveryTurn,
} from './webhook-queue.js'

/**
 * The tries of an endpoint, over all workers: how many at once, and when the next one is. All of these lock the
 * endpoint's row first, and the delivery's then.
 */

export type Begun = {
  kind: 'begun'
  operator: string
  type: string
  at: Date
  /** By Postgres' clock. */
  now: Date
  data: unknown
  url: string
  secret: Buffer
  /** Where the endpoint is a bot: its id, and who was told before. */
  bot: string | null
  told: string[]
  /** Tries before this one, since somebody asked for it to be delivered again where that was so. */
  attempts: number
  /** Is not tried again after this one: it happened too long ago. */
  isLast: boolean
  isTest: boolean
}

export type NotBegun =
  | { kind: 'ended'; state: Exclude<WebhookDeliveryState, 'waiting'> }
  /** It waits in its endpoint's queue again: the endpoint is in back-off, or has as many tries under way as it may. */
  | { kind: 'handedBack' }

/** Longer than a try can take: what dies without a word gives its place back then. */
const tryingSeconds = 20

export async function beginTry(
  database: Database,
  turn: DeliveryTurn,
  { atOncePerEndpoint }: { atOncePerEndpoint: number },
): Promise<Begun | NotBegun> {
  return await inTransaction(database, async (client) => {
    type Row = Omit<Begun, 'kind'> & {
      state: WebhookDeliveryState
      turn: number
      isOff: boolean
      mayTry: number
    }
    const { rows } = await client.query<Row>(
      `select v.operator, v.type, v.at, clock_timestamp() as now, v.data, e.sealed_url as url, e.secret, e.bot, coalesce(d.told, '{}') as told, d.state,
         d.attempts - d.attempts_before as attempts, d.turn, d.is_test as "isTest",
         coalesce(d.redelivered_at, v.at) < now() - make_interval(days => $4) as "isLast",
         (e.disabled_at is not null or e.removed_at is not null) as "isOff",
         case when e.next_try_at is null then $3::int when e.next_try_at <= now() then 1 else 0 end as "mayTry"
       from webhook_endpoint e join webhook_delivery d on d.endpoint_id = e.id join webhook_event v on v.id = d.event_id
       where e.id = $2 and d.event_id = $1 for no key update of e`,
      [turn.eventId, turn.endpointId, atOncePerEndpoint, worthDays],
    )
    const [row] = rows
    if (!row) return { kind: 'ended', state: 'dropped' }
    if (row.state !== 'waiting') return { kind: 'ended', state: row.state }
    if (row.turn > turn.turn) return { kind: 'handedBack' }
    // The relay that started this turn has not said so yet, or died before it could.
    if (row.turn < turn.turn) await markHandedOver(client, turn)
    if (row.isOff) {
      await endDelivery(client, { ...turn, state: 'dropped' })
      return { kind: 'ended', state: 'dropped' }
    }
    // A statement of its own, so that it sees what those who had the lock before have written.
    const { rowCount } = await client.query(
      `update webhook_delivery set trying_until = now() + make_interval(secs => $5), next_at = null
       where event_id = $1 and endpoint_id = $2 and turn = $3 and state = 'waiting' and (is_test or $4 >
         (select count(*) from webhook_delivery o where o.endpoint_id = $2 and o.handed_at is not null
            and o.state = 'waiting' and o.trying_until > now() and o.event_id <> $1))`,
      [turn.eventId, turn.endpointId, turn.turn, row.mayTry, tryingSeconds],
    )
    if (rowCount !== 1) {
      await handBack(client, turn)
      return { kind: 'handedBack' }
    }
    return { ...row, kind: 'begun' }
  })
}

/** Of an event for a bot: this person was told. */
export async function markTold(
  db: Queryable,
  { eventId, endpointId, name }: DeliveryKey & { name: string },
): Promise<void> {
  await db.query(
    `update webhook_delivery set told = array_append(told, $3) where event_id = $1 and endpoint_id = $2`,
    [eventId, endpointId, name],
  )
}

/** The endpoint's answer: its status, or a code for why there was none. */
export type Said = { status: number | null; error: string | null }

/** There is room in the endpoint's queue again. */
const wakeIfQueued = `(select pg_notify('${webhookChannel}', '') where exists (
    select from webhook_delivery q where q.endpoint_id = $2 and q.handed_at is null and q.state = 'waiting'))`

/**
 * The endpoint has it; and whatever it did before, it is well now. Where the turn has passed, the delivery waits for another
 * try all the same.
 */
export async function recordTaken(
  db: Queryable,
  { eventId, endpointId, turn, status }: DeliveryTurn & Said,
): Promise<{ answersAgain: boolean }> {
  const { rows } = await db.query<{ answersAgain: boolean }>(
    `with e as materialized (
       select id, next_try_at from webhook_endpoint where id = $2 for no key update
     ), taken as (
       update webhook_delivery d set state = 'delivered', attempts = attempts + 1, last_at = now(), last_status = $3,
         last_error = null, ended_at = now(), trying_until = null, next_at = null
       from e where d.event_id = $1 and d.endpoint_id = e.id and d.turn = $4 and d.state = 'waiting'
     ), well as (
       update webhook_endpoint w set failures = 0, failing_since = null, last_failure = null, next_try_at = null
       from e where w.id = e.id and w.failing_since is not null
     )
     select e.next_try_at is not null as "answersAgain", ${wakeIfQueued} from e`,
    [eventId, endpointId, status, turn],
  )
  return { answersAgain: rows[0]?.answersAgain === true }
}

// After this many tries in a row that it did not take, the endpoint is in back-off: 15 s, 30 s, 1 min … 15 min.
const failuresBeforeBackOff = 5
const firstBackOffSeconds = 15
const mostBackOffSeconds = 900

export type NotTaken = {
  failures: number
  /** This try was the one that began the back-off. */
  beganBackOff: boolean
  /** When the endpoint is tried next: the delivery is in its queue again. Undefined: Temporal tries it again. */
  nextTryAt: Date | undefined
}

export async function recordNotTaken(
  db: Queryable,
  {
    eventId,
    endpointId,
    turn,
    ...said
  }: DeliveryTurn &
    Said & {
      /** It is given up. */
      isOver: boolean
      /** The endpoint asked for it. */
      retryAfterMs: number | undefined
      /** Until Temporal tries it again. */
      retryMs: number
    },
): Promise<NotTaken> {
  const { rows } = await db.query<{
    failures: number
    before: Date | null
    nextTryAt: Date | null
    isTest: boolean
  }>(
    `with e as materialized (
       select id, failures, failing_since, next_try_at from webhook_endpoint where id = $2 for no key update
     ), d as materialized (
       select is_test from webhook_delivery where event_id = $1 and endpoint_id = $2
     ), counted as materialized (
       -- A test is the operator's. What was under way as the back-off began says nothing new.
       select e.*, d.is_test, case when d.is_test or e.next_try_at > now() then e.failures else e.failures + 1 end as now_failed
       from e, d
     ), next as materialized (
       select c.*, case when c.is_test then c.next_try_at else greatest(
         c.next_try_at,
         case when c.now_failed > c.failures and (c.now_failed >= $8 or c.next_try_at is not null)
           then now() + make_interval(secs => least($10::float8, $9::float8 * 2 ^ least(greatest(c.now_failed - $8, 0), 20)))
         end,
         now() + make_interval(secs => $6::float8 / 1000)) end as then_try_at
       from counted c
     ), tried as (
       update webhook_delivery t set state = case when $5 then 'failed' else 'waiting' end, attempts = attempts + 1,
         last_at = now(), last_status = $3::int, last_error = $4::text, ended_at = case when $5 then now() end, trying_until = null,
         handed_at = case when n.then_try_at is null or n.is_test or $5 then t.handed_at end,
         queued_at = case when n.then_try_at is null or n.is_test or $5 then t.queued_at else clock_timestamp() end,
         next_at = case when (n.then_try_at is null or n.is_test) and not $5
                        then now() + make_interval(secs => $7::float8 / 1000) end
       from next n where t.event_id = $1 and t.endpoint_id = n.id and t.turn = $11 and t.state = 'waiting'
     ), failing as (
       update webhook_endpoint w set failures = n.now_failed, failing_since = coalesce(w.failing_since, now()),
         last_failure = coalesce($4::text, ($3::int)::text), next_try_at = n.then_try_at
       from next n where w.id = n.id and not n.is_test
     )
     select n.now_failed as failures, n.next_try_at as before, n.then_try_at as "nextTryAt", n.is_test as "isTest",
       ${wakeIfQueued}
     from next n`,
    [
      eventId,
      endpointId,
      said.status,
      said.error,
      said.isOver,
      said.retryAfterMs ?? null,
      said.retryMs,
      failuresBeforeBackOff,
      firstBackOffSeconds,
      mostBackOffSeconds,
      turn,
    ],
  )
  const [row] = rows
  if (!row) return { failures: 0, beganBackOff: false, nextTryAt: undefined }
  const { failures, before, nextTryAt, isTest } = row
  return {
    failures,
    beganBackOff: before === null && nextTryAt !== null,
    nextTryAt: isTest ? undefined : (nextTryAt ?? undefined),
  }
}

/** Ends a delivery without a try, where its turn has not passed. */
export async function endDelivery(
  db: Queryable,
  { eventId, endpointId, turn, state }: DeliveryTurn & { state: 'failed' | 'dropped' },
): Promise<void> {
  await db.query(
    `update webhook_delivery set state = $3, ended_at = now(), trying_until = null, next_at = null
     where event_id = $1 and endpoint_id = $2 and turn <= $4 and state = 'waiting'`,
    [eventId, endpointId, state, turn],
  )
}
