import type { WorkflowHandle } from '@temporalio/client'
import { temporal } from '@temporalio/proto'

const { EventType } = temporal.api.enums.v1

export type EventName = keyof typeof EventType

/** When the workflow did that, by its own clock; the server's may have skipped on meanwhile. */
export async function timesOf(handle: WorkflowHandle, event: EventName): Promise<number[]> {
  const { events } = await handle.fetchHistory()
  return (events ?? [])
    .filter(({ eventType }) => eventType === EventType[event])
    .map(({ eventTime }) => Number(eventTime?.seconds) * 1_000 + Number(eventTime?.nanos) / 1_000_000)
}
