import type { Client } from '@temporalio/client'
import proto from '@temporalio/proto'

const ofReminders = ['reminder', 'run', 'groupDelivery', 'accountLock'] as const

/** How often each event is in the histories of each type of workflow. */
export type EventCounts = { [workflowType: string]: { [event: string]: number } }

/** Of every execution of the namespace that a reminder causes, each life of those that went on as new. */
export async function countEvents(temporal: Client): Promise<EventCounts> {
  const counts: EventCounts = {}
  for await (const { workflowId, runId, type } of temporal.workflow.list()) {
    if (!ofReminders.some((one) => one === type)) continue
    const ofType = (counts[type] ??= {})
    const { events } = await temporal.workflow.getHandle(workflowId, runId).fetchHistory()
    for (const { eventType } of events ?? []) {
      const name = proto.temporal.api.enums.v1.EventType[eventType ?? 0] ?? 'unknown'
      const short = name.replace('EVENT_TYPE_', '')
      ofType[short] = (ofType[short] ?? 0) + 1
    }
  }
  return counts
}

export function eventsSince(before: EventCounts, after: EventCounts): EventCounts {
  return Object.fromEntries(
    Object.entries(after).map(([type, events]) => [
      type,
      Object.fromEntries(
        Object.entries(events).map(([event, count]) => [event, count - (before[type]?.[event] ?? 0)]),
      ),
    ]),
  )
}

/** All events, or those of one name. */
export function sumOf(counts: EventCounts, event?: string): number {
  return Object.values(counts)
    .flatMap((events) => Object.entries(events))
    .reduce((sum, [name, count]) => (event === undefined || name === event ? sum + count : sum), 0)
}
