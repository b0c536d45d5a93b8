import type { SearchAttributePair } from '@temporalio/common'
import { mainTaskQueue } from '../domain/ids.js'
import type { RunState } from '../domain/states.js'
import { priorities } from './priorities.js'
import { carillonAccount, carillonOperator, carillonStatus } from './search-attributes.js'
import type { RunArgs } from './workflows.js'

/** How a run is found by a search until it says otherwise: most begin to send at once. */
export function statusAtStart({ waits }: { waits: boolean }): RunState {
  return waits ? 'waiting' : 'running'
}

/** How the workflow of a run is started by anybody but its reminder. */
export function runStart(args: RunArgs) {
  const started: [RunArgs] = [args]
  const typedSearchAttributes: SearchAttributePair[] = [
    { key: carillonOperator, value: args.operator },
    { key: carillonAccount, value: args.accountId },
    { key: carillonStatus, value: statusAtStart({ waits: false }) },
  ]
  return {
    workflowId: args.runId,
    taskQueue: mainTaskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: started,
    typedSearchAttributes,
    priority: priorities.run,
    staticSummary: `Run of ${args.dedupeKey}`,
  } as const
}
