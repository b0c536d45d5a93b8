import { randomUUID } from 'node:crypto'
import { accountGone } from '../../domain/accounts/leaving.js'
import { reminderWorkflowId } from '../../domain/ids.js'
import { isRemoved } from '../../store/accounts/unlinking.js'
import { insertAudit } from '../../store/audit.js'
import { inTransaction, type Database } from '../../store/database.js'
import { resumeRunsOf } from '../../store/runs/run-holds.js'
import { lockReminder, type ReminderKey, type ReminderRow } from '../../store/reminders/reminders.js'
import { clock, withReminder } from './row.js'
import { fireDue, look, settle } from './situation.js'
import type { Situation } from '../../protocol/payloads.js'
import { say } from '../../domain/sentences/say.js'

export function createReminderLife({ database }: { database: Database }) {
  return {
    /** The reminder of the key; undefined where Postgres knows none. */
    async loadReminder({ now, ...key }: ReminderKey & { now: string }): Promise<Situation | undefined> {
      return await inTransaction(database, async (client) => {
        const row = await lockReminder(client, key)
        return row && look({ row, nowMs: clock({ now }) })
      })
    },

    /**
     * Deals with all that is due: occurrences, the end of a pause, a run that ended. The cursor moves in the
     * transaction that writes the run's row, so no occurrence is lost or had twice, whatever dies when.
     */
    async advanceReminder({ now, ...key }: ReminderKey & { now: string }): Promise<Situation> {
      const nowMs = clock({ now })
      return await withReminder(database, key, async (client, found) => {
        let current = found
        const { pausedUntil } = found
        if (found.state === 'paused' && pausedUntil !== undefined && Date.parse(pausedUntil) <= nowMs) {
          const { pausedUntil: _until, ...rest } = found
          if (await isRemoved(client, found.accountId)) {
            const gone: ReminderRow = { ...rest, reason: accountGone(found.accountId) }
            return await settle(client, { key, row: gone, nowMs })
          }
          current = { ...rest, state: 'scheduled', reason: null }
          await resumeRunsOf(client, key)
          await insertAudit(client, {
            operator: key.operator,
            subject: reminderWorkflowId(key.operator, key.dedupeKey),
            action: 'resume',
            actor: null,
            reason: say('pausedUntil', { until: pausedUntil }),
            requestId: randomUUID(),
            via: 'system',
          })
        }
        const { row, more } = await fireDue(client, { key, row: current, nowMs })
        return await settle(client, { key, row, nowMs, more })
      })
    },
  }
}
