import type { ActivitySlotInfo, CustomSlotSupplier, WorkerTuner } from '@temporalio/worker'
import type { WhatsAppReachability } from '../activities/sessions/whatsapp-reachability.js'

/**
 * How many sessions this process takes. The SDK asks before each poll, so one that can't reach WhatsApp does not ask
 * Temporal for sessions: what it takes and passes on, Temporal may offer it again and again while others wait.
 *
 * The SDK asks for eleven polls in advance (seen with 1.24.0), and what it has it polls with, a second for each session
 * that it passes on. So there is one at a time: the next is given when the one before has brought a session.
 */
export function sessionSlots(maxSessions: number, reach: WhatsAppReachability): WorkerTuner {
  let taken = 0
  let isPolling = false
  const waiting: (() => void)[] = []
  const proceed = (): void => {
    for (const resume of waiting.splice(0)) resume()
  }

  const supplier: CustomSlotSupplier<ActivitySlotInfo> = {
    type: 'custom',
    async reserveSlot(_, signal) {
      for (;;) {
        await reach.untilBack(signal)
        signal.throwIfAborted()
        if (taken < maxSessions && !isPolling) break
        await new Promise<void>((resolve) => {
          waiting.push(resolve)
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      taken += 1
      isPolling = true
      return {}
    },
    // For tasks that come with the end of a workflow task, which never are of another queue.
    tryReserveSlot: () => null,
    markSlotUsed() {
      isPolling = false
      proceed()
    },
    releaseSlot({ slotInfo }) {
      taken -= 1
      // One that brought nothing.
      if (!slotInfo) isPolling = false
      proceed()
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
