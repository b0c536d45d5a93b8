import type { Queryable } from './database.js'

/** Who did what, when and why. Written in the transaction that does it. */

export type AuditEntry = {
  operator: string
  /** The workflowId of what it was done to. */
  subject: string
  action: string
  actor: string | null
  reason: string | null
  /** The same for every attempt at one request. */
  requestId: string
}

/** Returns false when the request was written before. */
export async function insertAudit(db: Queryable, entry: AuditEntry): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into audit (operator, subject, action, actor, reason, request_id) values ($1, $2, $3, $4, $5, $6)
     on conflict (request_id) do nothing`,
    [entry.operator, entry.subject, entry.action, entry.actor, entry.reason, entry.requestId],
  )
  return rowCount === 1
}

/** What a repetition of the request is to be told. */
export async function setAuditAnswer(db: Queryable, requestId: string, answer: unknown): Promise<void> {
  await db.query(`update audit set answer = $2 where request_id = $1`, [requestId, JSON.stringify(answer)])
}

export async function findAuditAnswer(db: Queryable, requestId: string): Promise<unknown> {
  const { rows } = await db.query<{ answer: unknown }>(`select answer from audit where request_id = $1`, [
    requestId,
  ])
  return rows[0]?.answer
}
