import type { ActivitySlotInfo, CustomSlotSupplier, WorkerTuner } from '@temporalio/worker'
import type { WhatsAppReach } from './activities/whatsapp-reach.js'

/**
 * How many sessions this process takes. The SDK asks before each poll, so one that can't reach WhatsApp does not ask
 * Temporal for sessions: what it takes and passes on, Temporal may offer it again and again while others wait.
 */
export function sessionSlots(maxSessions: number, reach: WhatsAppReach): WorkerTuner {
  let taken = 0
  const waiting: (() => void)[] = []

  const supplier: CustomSlotSupplier<ActivitySlotInfo> = {
    type: 'custom',
    async reserveSlot(_, signal) {
      for (;;) {
        await reach.untilBack(signal)
        signal.throwIfAborted()
        if (taken < maxSessions) break
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      taken += 1
      return {}
    },
    // For tasks that come with the end of a workflow task, which never are of another queue.
    tryReserveSlot: () => null,
    markSlotUsed: () => undefined,
    releaseSlot() {
      taken -= 1
      for (const proceed of waiting.splice(0)) proceed()
    },
  }
  const none = { type: 'fixed-size', numSlots: 1 } as const
  return {
    activityTaskSlotSupplier: supplier,
    workflowTaskSlotSupplier: none,
    localActivityTaskSlotSupplier: none,
    nexusTaskSlotSupplier: none,
  }
}
