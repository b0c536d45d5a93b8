import type { SearchAttributePair } from '@temporalio/common'
import { mainTaskQueue } from '../domain/ids.js'
import type { RunState } from '../domain/states.js'
import { carillonAccount, carillonOperator, carillonStatus } from './search-attributes.js'
import type { RunArgs } from './workflows.js'

/** Most runs begin to send at once; those that don't say so. */
export const statusAtStart = 'running' satisfies RunState

/** How the workflow of a run is started by anybody but its reminder. */
export function runStart(args: RunArgs) {
  const started: [RunArgs] = [args]
  const typedSearchAttributes: SearchAttributePair[] = [
    { key: carillonOperator, value: args.operator },
    { key: carillonAccount, value: args.accountId },
    { key: carillonStatus, value: statusAtStart },
  ]
  return {
    workflowId: args.runId,
    taskQueue: mainTaskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: started,
    typedSearchAttributes,
    staticSummary: `Run of ${args.dedupeKey}`,
  } as const
}
