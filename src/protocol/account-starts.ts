import { lockWorkflowId, mainTaskQueue, sessionWorkflowId } from '../domain/ids.js'
import { priorities } from './priorities.js'
import type { AccountArgs } from './workflows.js'

/** How the lock's workflow of an account is started, by whoever signals it first. */
export function lockStart(accountId: string) {
  return {
    ...accountStart(accountId),
    workflowId: lockWorkflowId(accountId),
    staticSummary: `Lock of account ${accountId}`,
  }
}

/** How the workflow is started that keeps an account's session. */
export function sessionStart(accountId: string) {
  return {
    ...accountStart(accountId),
    workflowId: sessionWorkflowId(accountId),
    staticSummary: `Session of account ${accountId}`,
  }
}

function accountStart(accountId: string) {
  const args: [AccountArgs] = [{ accountId }]
  return { taskQueue: mainTaskQueue, args, priority: priorities.account }
}
