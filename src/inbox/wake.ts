import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import { mainTaskQueue } from '../domain/ids.js'
import { telegramProgressWorkflowId, telegramUpdateWorkflowId, type UpdateKey } from '../domain/telegram.js'
import { turnSignal } from '../protocol/messages.js'
import type { Workflows } from '../protocol/workflows.js'
import type { Database } from '../store/database.js'
import { nextInChat } from '../store/inbox/tries.js'

/** How the workflow of an update is started. One that has ended well is not started a second time. */
function updateStart(key: UpdateKey) {
  const args: [UpdateKey] = [key]
  return {
    workflowId: telegramUpdateWorkflowId(key),
    taskQueue: mainTaskQueue,
    args,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
    staticSummary: `Update ${key.updateId} of bot ${key.bot}`,
  } as const
}

/** Temporal has it from now on, or had it already. */
export async function startUpdate(temporal: Client, key: UpdateKey): Promise<void> {
  await unlessEnded(async () =>
    temporal.workflow.start<Workflows['telegramUpdate']>('telegramUpdate', {
      ...updateStart(key),
      workflowIdConflictPolicy: 'USE_EXISTING',
    }),
  )
}

/** Lets its workflow look at its row. Where there is none (Postgres had it before Temporal did), it is started by this. */
export async function wakeUpdate(temporal: Client, key: UpdateKey): Promise<void> {
  await unlessEnded(async () =>
    temporal.workflow.signalWithStart<Workflows['telegramUpdate']>('telegramUpdate', {
      ...updateStart(key),
      signal: turnSignal,
      signalArgs: [],
    }),
  )
}

/** The one whose turn it is now hears of it. Where this dies before, whoever has ended does it again. */
export async function wakeNext(
  { database, temporal }: { database: Database; temporal: Client },
  ended: UpdateKey,
): Promise<void> {
  const next = await nextInChat(database, ended)
  if (next) await wakeUpdate(temporal, next)
}

/** @param id of its row */
export async function startProgress(temporal: Client, id: string): Promise<void> {
  await unlessEnded(async () =>
    temporal.workflow.start<Workflows['telegramProgress']>('telegramProgress', {
      workflowId: telegramProgressWorkflowId(id),
      taskQueue: mainTaskQueue,
      args: [{ id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      staticSummary: 'Progress of a run, in a chat',
    }),
  )
}

async function unlessEnded(start: () => Promise<unknown>): Promise<void> {
  try {
    await start()
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
}
