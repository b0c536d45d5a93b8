import type { Way } from '../../domain/ways.js'
import type { Queryable } from '../database.js'
import { words } from '../encryption/sealed-value.js'

/**
 * Takes a reminder that is over out of the lists, with its record in the audit; its history stays. Its workflow is
 * closed, so nobody else writes this row. Does nothing where it is not over or is deleted already.
 */
export async function deleteEndedReminder(
  db: Queryable,
  request: { operator: string; key: string; subject: string; actor: string; via: Way; reason: string | null },
): Promise<void> {
  await db.query(
    `with deleted as (
       update reminder set deleted_at = now()
       where operator = $1 and dedupe_key = $2 and ended_at is not null and deleted_at is null
       returning operator)
     insert into audit (operator, subject, action, actor, reason, via)
     select operator, $3, 'delete', $4, $5, $6 from deleted`,
    [request.operator, request.key, request.subject, request.actor, words(request.reason), request.via],
  )
}
