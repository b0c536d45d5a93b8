import type { SearchAttributePair } from '@temporalio/common'
import { mainTaskQueue, reminderWorkflowId } from '../domain/ids.js'
import type { ReminderState } from '../domain/states.js'
import { carillonAccount, carillonNextFire, carillonOperator, carillonStatus } from './search-attributes.js'
import type { Situation } from './payloads.js'
import type { ReminderArgs } from './workflows.js'

/** How a reminder's workflow is started, by whomever: what is open is kept, and only what broke may be started again. */
export function reminderStart({
  operator,
  dedupeKey,
  accountId,
  state,
  nextFire,
  situation,
}: {
  operator: string
  dedupeKey: string
  accountId: string
  state: ReminderState
  nextFire: Date | null
  /** Of a row that was just written; without it the workflow waits for a `define`, and then asks Postgres. */
  situation?: Situation
}) {
  const args: [ReminderArgs] = [{ operator, dedupeKey, ...(situation && { carried: { situation } }) }]
  const typedSearchAttributes: SearchAttributePair[] = [
    { key: carillonOperator, value: operator },
    { key: carillonAccount, value: accountId },
    { key: carillonStatus, value: state },
    ...(nextFire === null ? [] : [{ key: carillonNextFire, value: nextFire }]),
  ]
  return {
    workflowId: reminderWorkflowId(operator, dedupeKey),
    taskQueue: mainTaskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    args,
    typedSearchAttributes,
    staticSummary: `Reminder ${dedupeKey}`,
    staticDetails:
      'One reminder for its whole life. Signals: `pause`, `resume`, `cancel`, `fireNow`, `delete`. Updates: `edit`, `snooze`, `skipNext`. Queries: `status`, `upcoming`. "Request Cancellation" is `cancel`.',
  } as const
}
