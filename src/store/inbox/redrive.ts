import { telegramUpdateWorkflowId, type UpdateKey } from '../../domain/telegram.js'
import { wayOf } from '../../domain/ways.js'
import type { RecordedRequest } from '../../protocol/payloads.js'
import { insertAudit } from '../audit.js'
import { inTransaction, type Database } from '../database.js'

/**
 * A dead update waits for its turn again, behind those of its chat. Of two at once one finds it dead. Returns whether this
 * was the one.
 */
export async function redriveUpdate(
  database: Database,
  { bot, updateId, request }: UpdateKey & { request: RecordedRequest },
): Promise<boolean> {
  return await inTransaction(database, async (client) => {
    // A request that is sent twice is done once, also where it has died again meanwhile.
    const { rows } = await client.query<{ operator: string }>(
      `select b.operator from telegram_update u join bot b on b.id = u.bot
       where u.bot = $1 and u.update_id = $2 and u.state = 'dead' and b.removed_at is null for update of u`,
      [bot, updateId],
    )
    const [row] = rows
    if (!row) return false
    const subject = telegramUpdateWorkflowId({ bot, updateId })
    const isNew = await insertAudit(client, {
      operator: row.operator,
      subject,
      action: 'redrive',
      actor: request.by ?? null,
      reason: request.reason ?? null,
      requestId: `${subject}#redrive#${request.requestId}`,
      via: wayOf(request.requestId),
    })
    if (!isNew) return false
    await client.query(`select redrive_telegram_update($1, $2)`, [bot, updateId])
    return true
  })
}
