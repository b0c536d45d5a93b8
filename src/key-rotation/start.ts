import type { Client } from '@temporalio/client'
import { mainTaskQueue } from '../domain/ids.js'
import type { Workflows } from '../protocol/workflows.js'
import { onlyRow, sealingOf, type Database } from '../store/database.js'
import { EncryptionKeyError } from '../store/encryption/key-ring.js'
import {
  askForRotation,
  isRotationAsked,
  rotationProgress,
  type RotationProgress,
} from '../store/rotation/rotation.js'

export const keyRotationWorkflowId = 'job:keyRotation'

/**
 * Puts everything that is stored in Postgres under the current key of this process's ring; a worker does it. Doing it twice is doing
 * it once.
 * @throws EncryptionKeyError where there is no key
 */
export async function startRotation({
  temporal,
  database,
}: {
  temporal: Client
  database: Database
}): Promise<RotationProgress> {
  const { ring } = await sealingOf(database)
  const { current } = ring
  if (current === undefined)
    throw new EncryptionKeyError('There is no key here that anything could be put under.')
  await askForRotation(database, current)
  // One that is about to end has not seen what was asked for just now. How far it is stands in Postgres.
  await startRotationWorkflow(temporal, 'TERMINATE_EXISTING')
  return onlyRow(
    [await rotationProgress(database)].flatMap((one) => one ?? []),
    'rotation',
  )
}

/** For a worker that starts: what was terminated, or lost with Temporal's data, or asked for by an upgrade, goes on. */
export async function resumeRotation(temporal: Client, database: Database): Promise<void> {
  if (await isRotationAsked(database)) await startRotationWorkflow(temporal, 'USE_EXISTING')
}

async function startRotationWorkflow(
  temporal: Client,
  workflowIdConflictPolicy: 'TERMINATE_EXISTING' | 'USE_EXISTING',
): Promise<void> {
  await temporal.workflow.start<Workflows['keyRotation']>('keyRotation', {
    workflowId: keyRotationWorkflowId,
    taskQueue: mainTaskQueue,
    workflowIdConflictPolicy,
    staticSummary: 'Puts what is stored under the current encryption key',
  })
}
