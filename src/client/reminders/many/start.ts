import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import { reminderStart } from '../../../protocol/reminder-start.js'
import type { Workflows } from '../../../protocol/workflows.js'
import { CarillonError } from '../../errors.js'
import { explainTemporalError } from '../../temporal/temporal-errors.js'
import { untilAnswered } from '../../temporal/update-attempts.js'

/** Returns false where the key's workflow has ended well: it is not started a second time. */
export async function startReminder(
  temporal: Client,
  {
    timeoutMs,
    firstTaskInMs = 0,
    ...start
  }: Parameters<typeof reminderStart>[0] & {
    timeoutMs: number
    /** How long its first step may wait; no signal is acted on before. */
    firstTaskInMs?: number
  },
): Promise<boolean> {
  try {
    await untilAnswered({
      timeoutMs,
      ask: async (deadlineMs) =>
        await temporal.withDeadline(
          deadlineMs,
          async () =>
            await temporal.workflow.start<Workflows['reminder']>('reminder', {
              ...reminderStart(start),
              ...(firstTaskInMs > 0 && { startDelay: firstTaskInMs }),
            }),
        ),
      noAnswer: (cause) =>
        new CarillonError(
          'timed_out',
          `Temporal has not answered within ${Math.round(timeoutMs / 1_000)} s. See how it is with \`carillon doctor\`.`,
          { cause },
        ),
    })
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw explainTemporalError(error)
  }
}
