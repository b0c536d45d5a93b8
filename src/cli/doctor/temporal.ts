import { Client, Connection } from '@temporalio/client'
import type { Addresses } from '../../client/connect.js'
import { hasWorkers } from '../../client/workers.js'
import { mainTaskQueue, sessionsTaskQueue } from '../../domain/ids.js'
import { webhooksTaskQueue } from '../../domain/webhooks.js'
import * as searchAttributes from '../../workflows/search-attributes.js'
import { bad, messageOf, ok, skipped, type Check } from './check.js'

export async function checkTemporal({ temporalAddress, temporalNamespace }: Addresses): Promise<Check[]> {
  let connection: Connection
  try {
    connection = await Connection.connect({ address: temporalAddress, connectTimeout: 5_000 })
  } catch (error) {
    const remedy = 'start Carillon with `npm start`, or correct TEMPORAL_ADDRESS'
    return [bad('Temporal', `${temporalAddress}: ${messageOf(error)}`, remedy)]
  }
  try {
    const reached = ok('Temporal', `reachable at ${temporalAddress}`)
    const namespace = await checkNamespace(connection, temporalNamespace)
    if (namespace.state === 'bad') return [reached, namespace]
    const temporal = new Client({ connection, namespace: temporalNamespace })
    return [
      reached,
      namespace,
      await checkSearchAttributes(connection, temporalNamespace),
      await checkWorker(temporal, mainTaskQueue),
      await checkWorker(temporal, sessionsTaskQueue),
      await checkWorker(temporal, webhooksTaskQueue),
    ]
  } finally {
    await connection.close()
  }
}

async function checkNamespace(connection: Connection, namespace: string): Promise<Check> {
  const name = 'Namespace'
  try {
    await connection.workflowService.describeNamespace({ namespace })
    return ok(name, namespace)
  } catch (error) {
    const remedy = `create it (temporal operator namespace create --namespace ${namespace}), or correct TEMPORAL_NAMESPACE`
    return bad(name, messageOf(error), remedy)
  }
}

async function checkSearchAttributes(connection: Connection, namespace: string): Promise<Check> {
  const name = 'Attributes'
  const wanted = Object.values(searchAttributes).map((key) => key.name)
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    const missing = wanted.filter((attribute) => customAttributes[attribute] === undefined)
    if (missing.length === 0) return ok(name, 'all search attributes are registered')
    return bad(
      name,
      `not registered: ${missing.join(', ')}`,
      '`npm start` registers them, or names the commands for it',
    )
  } catch (error) {
    return skipped(name, `the server does not say (${messageOf(error)})`)
  }
}

async function checkWorker(temporal: Client, queue: string): Promise<Check> {
  const name = 'Worker'
  return (await hasWorkers(temporal, queue))
    ? ok(name, `polls the queue '${queue}'`)
    : bad(name, `none polls the queue '${queue}'`, 'start one with `npm start`; it is seen at once')
}
