import type { Client } from '@temporalio/client'
import { temporal as proto } from '@temporalio/proto'
import { lockWorkflowId } from '../../src/domain/ids.js'

const { EventType } = proto.api.enums.v1

export type LockHistory = { events: number; signals: number }

/** Of the lock's workflow as it runs now, from `sinceMs` on. */
export async function lockHistory(temporal: Client, accountId: string, sinceMs = 0): Promise<LockHistory> {
  const { events } = await temporal.workflow.getHandle(lockWorkflowId(accountId)).fetchHistory()
  const since = (events ?? []).filter(({ eventTime }) => Number(eventTime?.seconds) * 1_000 >= sinceMs)
  const signals = since.filter(
    ({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
  )
  return { events: since.length, signals: signals.length }
}
