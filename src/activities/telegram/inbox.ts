import type { UpdateKey } from '../../domain/telegram.js'
import type { RecordedRequest, UpdateTurn } from '../../protocol/payloads.js'
import type { Database } from '../../store/database.js'
import { redriveUpdate } from '../../store/inbox/redrive.js'
import { turnOf } from '../../store/inbox/tries.js'

export type InboxActivities = ReturnType<typeof createInboxActivities>

/** What the workflow of an update asks Postgres. */
export function createInboxActivities({ database }: { database: Database }) {
  return {
    async lookAtTurn(key: UpdateKey): Promise<UpdateTurn> {
      return await turnOf(database, key)
    },

    /** By a signal: its workflow looks at its row next. */
    async redriveUpdate({ request, ...key }: UpdateKey & { request: RecordedRequest }): Promise<void> {
      await redriveUpdate(database, { ...key, request })
    },
  }
}
