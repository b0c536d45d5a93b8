import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/common'
import { WorkflowFailedError } from '@temporalio/client'
import { groupsFailureText } from '../../domain/groups-failure.js'
import { groupsRefreshWorkflowId, mainTaskQueue } from '../../domain/ids.js'
import type { AccountView } from '../../store/views/accounts.js'
import type { ClientContext } from '../context.js'
import { AccountNotReadyError } from '../errors.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'
import type { Workflows } from '../../protocol/workflows.js'

/** Reads the groups on the account's own session; who asks while that is under way waits for the same. */
export async function refreshGroups({ temporal }: ClientContext, account: AccountView): Promise<void> {
  const { id, state, stateDetail } = account
  if (state !== 'connected' && state !== 'limited' && state !== 'time_locked')
    throw notReady(
      id,
      `it is ${state.replace('_', ' ')}. ${stateDetail ?? `See \`carillon account show ${id}\`.`}`,
    )
  try {
    await temporal.workflow.execute<Workflows['groupsRefresh']>('groupsRefresh', {
      workflowId: groupsRefreshWorkflowId(id),
      taskQueue: mainTaskQueue,
      args: [{ accountId: id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowExecutionTimeout: '3m',
    })
  } catch (error) {
    throw explainRefresh(id, error)
  }
}

function explainRefresh(accountId: string, error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return explainTemporalError(error)
  const cause = error.cause instanceof ActivityFailure ? error.cause.cause : error.cause
  if (cause instanceof ApplicationFailure)
    return notReady(accountId, `${groupsFailureText(cause.type ?? '')}.`)
  if (cause instanceof TimeoutFailure)
    return notReady(accountId, 'no worker has its session, or it did not answer: `carillon doctor`.')
  return error
}

function notReady(accountId: string, why: string): AccountNotReadyError {
  return new AccountNotReadyError(`The groups of account '${accountId}' could not be read: ${why}`)
}
