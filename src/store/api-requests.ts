import { onlyRow, type Queryable } from './database.js'

/** One request to the HTTP API that may be sent again: by its operator and its `Idempotency-Key`. */
export type RequestKey = { operator: string; key: string }

export type BegunRequest =
  /** It is for this attempt to do, under that id. */
  | {
      kind: 'begun'
      operationId: string
      /** An attempt before it did not end. */
      isRepeated: boolean
      /** When the first attempt began. */
      begunAt: Date
    }
  | { kind: 'answered'; answer: Buffer }
  /** Another attempt is at it. */
  | { kind: 'busy' }
  /** The key was used for another request. */
  | { kind: 'other' }

/** How long a key is known. */
export const rememberedHours = 24

/**
 * The first attempt at a request, or one after another whose process is gone. One statement decides, and a row that another
 * attempt writes at that moment is waited for.
 */
export async function beginRequest(
  db: Queryable,
  request: RequestKey & {
    digest: Buffer
    /** What it would have been before digests were keyed. */
    unkeyed?: Buffer
    route: string
    tokenId: string
    /** The id that the work is done under where this is the first attempt. */
    operationId: string
    attemptId: string
    leaseMs: number
  },
): Promise<BegunRequest> {
  const { operator, key, digest, unkeyed, route, tokenId, operationId, attemptId, leaseMs } = request
  const same = unkeyed === undefined ? [digest] : [digest, unkeyed]
  const { rows } = await db.query<{ operationId: string; begunAt: Date }>(
    `insert into api_request as r (operator, key, digest, route, token_id, operation_id, attempt_id, leased_until)
     values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + $8::float8 * interval '1 millisecond')
     on conflict (operator, key) do update set
       digest = excluded.digest, route = excluded.route, token_id = excluded.token_id,
       attempt_id = excluded.attempt_id, leased_until = excluded.leased_until,
       operation_id = case when ${isForgotten} then excluded.operation_id else r.operation_id end,
       created_at = case when ${isForgotten} then now() else r.created_at end,
       answer = null
     where ${isForgotten}
       or r.digest = any ($9) and r.answer is null and r.leased_until < clock_timestamp()
     returning operation_id as "operationId", created_at as "begunAt"`,
    [operator, key, digest, route, tokenId, operationId, attemptId, leaseMs, same],
  )
  const [begun] = rows
  if (begun) return { kind: 'begun', ...begun, isRepeated: begun.operationId !== operationId }
  const found = await db.query<{ isSame: boolean; answer: Buffer | null }>(
    'select digest = any ($3) as "isSame", answer from api_request where operator = $1 and key = $2',
    [operator, key, same],
  )
  // Taken back since then: the next look begins it.
  if (found.rows.length === 0) return { kind: 'busy' }
  const { isSame, answer } = onlyRow(found.rows, 'request of the API')
  if (!isSame) return { kind: 'other' }
  return answer === null ? { kind: 'busy' } : { kind: 'answered', answer }
}

const isForgotten = `r.created_at < now() - interval '${rememberedHours} hours'`

type Attempt = RequestKey & { attemptId: string }

/** The process that has it lives. */
export async function renewRequest(
  db: Queryable,
  { operator, key, attemptId, leaseMs }: Attempt & { leaseMs: number },
): Promise<void> {
  await db.query(
    `update api_request set leased_until = clock_timestamp() + $4::float8 * interval '1 millisecond'
     where operator = $1 and key = $2 and attempt_id = $3 and answer is null`,
    [operator, key, attemptId, leaseMs],
  )
}

/** What every repetition is answered from now on. False where another attempt has taken over, whose answer counts. */
export async function answerRequest(
  db: Queryable,
  { operator, key, attemptId, answer }: Attempt & { answer: Buffer },
): Promise<boolean> {
  const { rowCount } = await db.query(
    'update api_request set answer = $4 where operator = $1 and key = $2 and attempt_id = $3 and answer is null',
    [operator, key, attemptId, answer],
  )
  return rowCount === 1
}

/** It is not known whether it is done: the next attempt does it under the same id, at once. */
export async function handOnRequest(db: Queryable, { operator, key, attemptId }: Attempt): Promise<void> {
  await db.query(
    `update api_request set leased_until = '-infinity'
     where operator = $1 and key = $2 and attempt_id = $3 and answer is null`,
    [operator, key, attemptId],
  )
}

/** Nothing was done, and the key is free for a request that can be used. */
export async function forgetRequest(db: Queryable, { operator, key, attemptId }: Attempt): Promise<void> {
  await db.query(
    'delete from api_request where operator = $1 and key = $2 and attempt_id = $3 and answer is null',
    [operator, key, attemptId],
  )
}

/** Those that are older than a key is known, at most so many. Returns how many went. */
export async function purgeRequests(db: Queryable, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from api_request where ctid = any (array(
       select ctid from api_request where created_at < now() - interval '${rememberedHours} hours'
       order by created_at limit $1 for update skip locked))`,
    [limit],
  )
  return rowCount ?? 0
}
