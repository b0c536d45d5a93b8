import { grpcCode } from '../../src/client/temporal/temporal-errors.js'
import type { Client, WorkflowHandle } from '@temporalio/client'

/**
 * Sends so many signals, a number of them at once, as fast as Temporal takes them. It takes 10,000 for one life of a
 * workflow and refuses the rest; those are counted.
 */
export async function flood(
  temporal: Client,
  {
    workflowId,
    count,
    inFlight = 50,
    signal,
  }: {
    workflowId: string
    count: number
    inFlight?: number
    signal: (handle: WorkflowHandle, index: number) => Promise<unknown>
  },
): Promise<{ sent: number; refused: number; tookMs: number }> {
  const handle = temporal.workflow.getHandle(workflowId)
  const begunMs = performance.now()
  let next = 0
  let refused = 0
  const lane = async () => {
    while (next < count) {
      const index = next
      next += 1
      try {
        await signal(handle, index)
      } catch (error) {
        if (grpcCode(error) === undefined) throw error
        refused += 1
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane))
  return { sent: count - refused, refused, tookMs: performance.now() - begunMs }
}
