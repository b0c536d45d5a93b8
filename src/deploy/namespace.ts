import { setTimeout as delay } from 'node:timers/promises'
import { isGrpcServiceError, type Connection } from '@temporalio/client'
import { grpcAlreadyExists, grpcNotFound } from '../grpc-codes.js'
import { messageOf, StackError } from '../stack/errors.js'

/** How long Temporal shows a workflow that is over. What must outlive that is in Postgres. */
const retentionDays = 7

/** Each of Temporal's services reads the list of namespaces again every few seconds. */
const knownMs = 60_000

/** Registers the namespace unless it is there, and waits until the server works with it. */
export async function ensureNamespace(connection: Connection, namespace: string): Promise<void> {
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      description: 'Carillon',
      // Typed as a Long, of a package that is no dependency of ours; a number is encoded just as well.
      workflowExecutionRetentionPeriod: { seconds: (retentionDays * 24 * 60 * 60) as never },
    })
  } catch (error) {
    if (codeOf(error) !== grpcAlreadyExists)
      throw new StackError(
        `Temporal, namespace '${namespace}': it could not be registered (${messageOf(error)}). Have an ` +
          `administrator run: temporal operator namespace create --namespace ${namespace} --retention ${retentionDays}d`,
        { cause: error },
      )
  }
  const deadline = Date.now() + knownMs
  while (!(await isKnown(connection, namespace))) {
    if (Date.now() > deadline)
      throw new StackError(
        `Temporal, namespace '${namespace}': it was registered, and the server does not know it after ${knownMs / 1_000} s.`,
      )
    await delay(250)
  }
}

/** Registering is seen at once by "describe", but by nothing else: this asks what the workers will ask. */
async function isKnown(connection: Connection, namespace: string): Promise<boolean> {
  try {
    await connection.workflowService.listOpenWorkflowExecutions({ namespace, maximumPageSize: 1 })
    return true
  } catch (error) {
    if (codeOf(error) === grpcNotFound) return false
    throw error
  }
}

function codeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined
}
