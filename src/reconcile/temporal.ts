import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client'
import { reminderWorkflowId } from '../domain/ids.js'
import { sessionStart } from '../protocol/account-starts.js'
import type { LiveReminder, UnfinishedRun } from '../store/jobs/reconcile.js'
import { defineReminderUpdate } from '../protocol/messages.js'
import { reminderStart } from '../protocol/reminder-start.js'
import { runStart } from '../protocol/run-start.js'
import type { Workflows } from '../protocol/workflows.js'

/** Reconcile's side of Temporal: its questions and its starts. Starting what is there already changes nothing. */

/**
 * The ids of the open workflows of a type, in a few calls. From the visibility store, which lags: what is missing here
 * is to be looked at before anything is done about it.
 */
export async function openWorkflowIds(
  temporal: Client,
  workflowType: 'reminder' | 'run' | 'accountSession' | 'webhookDelivery' | 'telegramUpdate',
): Promise<Set<string>> {
  const ids = new Set<string>()
  const query = `WorkflowType = '${workflowType}' and ExecutionStatus = 'Running'`
  for await (const { workflowId } of temporal.workflow.list({ query, pageSize: 1_000 })) ids.add(workflowId)
  return ids
}

export type Found =
  /** `startedMs`: since when; `failedTasks`: how often the step that it is in has failed. */
  | { kind: 'open'; startedMs: number; failedTasks: number }
  | { kind: 'closed'; status: string }
  | { kind: 'missing' }

export async function lookAt(temporal: Client, workflowId: string): Promise<Found> {
  try {
    const { closeTime, startTime, status, raw } = await temporal.workflow.getHandle(workflowId).describe()
    if (closeTime) return { kind: 'closed', status: status.name }
    return {
      kind: 'open',
      startedMs: startTime.getTime(),
      failedTasks: Math.max(0, (raw.pendingWorkflowTask?.attempt ?? 1) - 1),
    }
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { kind: 'missing' }
    throw error
  }
}

/** Returns false where the workflow has ended well: such a one is not started a second time. */
async function started(start: () => Promise<unknown>): Promise<boolean> {
  try {
    await start()
    return true
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false
    throw error
  }
}

/** It goes on from Postgres. Returns false where its workflow had ended well. */
export async function startReminder(temporal: Client, row: LiveReminder): Promise<boolean> {
  return await started(() => temporal.workflow.start<Workflows['reminder']>('reminder', reminderStart(row)))
}

/** Returns false where its workflow had ended well. */
export async function startRun(temporal: Client, row: UnfinishedRun): Promise<boolean> {
  const { reminderState: _state, reminderIsOver: _isOver, state: _runState, isRetry: _isRetry, ...args } = row
  return await started(() =>
    temporal.workflow.start<Workflows['run']>('run', {
      ...runStart(args),
      // As its reminder starts it: only one that was terminated or failed may be started again.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    }),
  )
}

export async function startSession(temporal: Client, accountId: string): Promise<void> {
  await temporal.workflow.start<Workflows['accountSession']>('accountSession', {
    ...sessionStart(accountId),
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
}

const answerMs = 5_000

/**
 * Makes a reminder look at Postgres again and do what is due: `define` with the definition that it has already. Returns
 * why it did not answer, else undefined.
 */
export async function nudge(
  temporal: Client,
  { operator, dedupeKey, digest }: LiveReminder,
): Promise<string | undefined> {
  const handle = temporal.workflow.getHandle(reminderWorkflowId(operator, dedupeKey))
  try {
    await temporal.withDeadline(Date.now() + answerMs, () =>
      handle.executeUpdate(defineReminderUpdate, { args: [{ digest }] }),
    )
    return undefined
  } catch (error) {
    return error instanceof Error ? error.name : 'no answer'
  }
}
