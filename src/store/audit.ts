import { wayOf, type Way } from '../domain/ways.js'
import type { RecordedRequest } from '../protocol/payloads.js'
import type { Queryable } from './database.js'
import { words, type Sealed } from './encryption/sealed-value.js'

/** One request: by whom, when and why. It is written in the transaction that does it. */

export type AuditEntry = {
  operator: string
  /** The workflowId of what it was done to. */
  subject: string
  action: string
  actor: string | null
  reason: string | null
  /** The same for every attempt at one request. */
  requestId: string
  via: Way
}

/** Who asks, and the way that it comes, of what is written in the statement that does it. */
export type Asker = { actor: string | null; via: Way }

/** Of what nobody asked for. */
export const unasked: Asker = { actor: null, via: 'system' }

/** Returns false when the request was written before. */
export async function insertAudit(db: Queryable, entry: AuditEntry): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into audit (operator, subject, action, actor, reason, request_id, via) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (request_id) do nothing`,
    [
      entry.operator,
      entry.subject,
      entry.action,
      entry.actor,
      words(entry.reason),
      entry.requestId,
      entry.via,
    ],
  )
  return rowCount === 1
}

/** Of what is no statement by itself: before it is done. */
export async function insertAsked(
  db: Queryable,
  { operator, subject, action }: Pick<AuditEntry, 'operator' | 'subject' | 'action'>,
  { actor, via }: Asker,
): Promise<void> {
  await db.query(`insert into audit (operator, subject, action, actor, via) values ($1, $2, $3, $4, $5)`, [
    operator,
    subject,
    action,
    actor,
    via,
  ])
}

/**
 * The common table expression `asked`, of a statement that does what an operator asks of the row `its`: it has that
 * row's id where the request is new, and is recorded by that, and nothing where it was done before. A `requestId` is one of
 * its action: who gives a pause and a resume the same means both.
 * @param its a query of one row: an operator, and an id, which is the workflowId of what it is done to
 * @param first the number of the first of the five parameters that `askedParameters` gives
 */
export function askedOnce(its: string, first: number): string {
  const [action, actor, reason, requestId, via] = [0, 1, 2, 3, 4].map((n) => `$${first + n}`)
  return `asked as (
    insert into audit (operator, subject, action, actor, reason, request_id, via)
    select its.operator, its.id, ${action}, ${actor}, ${reason}, its.id || '#' || ${action} || '#' || ${requestId}, ${via}
    from (${its}) its
    on conflict (request_id) do nothing returning subject as id)`
}

export function askedParameters(
  action: string,
  { requestId, by, reason }: RecordedRequest,
): (string | Sealed | null)[] {
  return [action, by ?? null, words(reason ?? null), requestId, wayOf(requestId)]
}

/** The answer for a repetition of the request. */
export async function setAuditAnswer(db: Queryable, requestId: string, answer: unknown): Promise<void> {
  await db.query(`update audit set answer = $2 where request_id = $1`, [requestId, JSON.stringify(answer)])
}

export async function findAuditAnswer(db: Queryable, requestId: string): Promise<unknown> {
  const { rows } = await db.query<{ answer: unknown }>(`select answer from audit where request_id = $1`, [
    requestId,
  ])
  return rows[0]?.answer
}
