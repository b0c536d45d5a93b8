import { reminderWorkflowId } from '../../domain/ids.js'
import type { Page } from '../../store/page.js'
import { listHistory, type HistoryEntry } from '../../store/views/audit.js'
import type { ClientContext } from '../context.js'
import { findReminder } from './find.js'
import { readListQuery } from '../paging.js'

export type HistoryQuery = {
  /** 1 to 500; 50 when not given. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
}

export type ReminderHistory = Page<HistoryEntry> & { key: string; zone: string; createdAt: Date }

/** Who did what, when and why, and what became of each occurrence: the latest first. Also of what was deleted. */
export async function reminderHistory(
  context: ClientContext,
  { key, query }: { key: string; query: HistoryQuery },
): Promise<ReminderHistory> {
  const { operator, database } = context
  const { limit, cursor } = readListQuery(query, { states: [], cursorOf: ['time', 'text'] })
  const view = await findReminder(context, key)
  const page = await listHistory(database, {
    operator,
    key,
    subject: reminderWorkflowId(operator, key),
    limit,
    ...(cursor && { after: [cursor[0] ?? '', cursor[1] ?? ''] }),
  })
  return { ...page, key, zone: view.definition.schedule.zone, createdAt: view.createdAt }
}
