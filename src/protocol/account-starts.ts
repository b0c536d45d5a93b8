import { lockWorkflowId, mainTaskQueue, sessionWorkflowId } from '../domain/ids.js'
import { priorities } from './priorities.js'
import type { AccountArgs } from './workflows.js'

/** How the lock's workflow of an account is started, by whoever signals it first. */
export function lockStart(accountId: string) {
  const args: [AccountArgs] = [{ accountId }]
  return {
    workflowId: lockWorkflowId(accountId),
    taskQueue: mainTaskQueue,
    args,
    priority: priorities.account,
    staticSummary: `Lock of account ${accountId}`,
  }
}

/** How the workflow is started that keeps an account's session. */
export function sessionStart(accountId: string) {
  const args: [AccountArgs] = [{ accountId }]
  return {
    workflowId: sessionWorkflowId(accountId),
    taskQueue: mainTaskQueue,
    args,
    priority: priorities.account,
    staticSummary: `Session of account ${accountId}`,
  }
}
