import type { WorkflowHandle } from '@temporalio/client'
import { temporal } from '@temporalio/proto'
import { expect } from 'vitest'
import { eventually } from '../../support/eventually.js'

const { EventType } = temporal.api.enums.v1

export type EventName = keyof typeof EventType

/** When the workflow did that, by its own clock; the server's may have skipped on meanwhile. */
export async function timesOf(handle: WorkflowHandle, event: EventName): Promise<number[]> {
  const { events } = await handle.fetchHistory()
  return (events ?? [])
    .filter(({ eventType }) => eventType === EventType[event])
    .map(({ eventTime }) => Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1_000_000)
}

/** How many events it has, once no task of it is under way: what a task did in Postgres is seen before its end is. */
export async function settledEvents(handle: WorkflowHandle): Promise<number> {
  return await eventually(async () => {
    const { events = [] } = await handle.fetchHistory()
    const last = events?.at(-1)?.eventType
    expect([
      EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
      EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
    ]).not.toContain(last)
    return events?.length ?? 0
  })
}
