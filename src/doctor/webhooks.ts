import { WorkflowNotFoundError, type Client } from '@temporalio/client'
import { say } from '../domain/sentences/say.js'
import { webhookRelayWorkflowId } from '../domain/webhooks.js'
import type { Database } from '../store/database.js'
import { listEndpoints } from '../store/webhooks/webhooks.js'
import { webhookSituation } from '../words/webhook-situation.js'
import { bad, ok, type Check } from './check.js'

const name = 'Webhooks'

/** One line for each endpoint and one for what hands events over; none without any endpoint. */
export async function checkWebhooks(
  { database, operator, now }: { database: Database; operator: string; now: Date },
  temporal: Client,
): Promise<Check[]> {
  const endpoints = await listEndpoints(database, operator)
  if (endpoints.length === 0) return []
  const checks = endpoints.map((endpoint) => {
    const situation = webhookSituation(endpoint, now)
    return situation.isFine ? ok(name, situation.sentence) : bad(name, situation.sentence, situation.remedy)
  })
  return [...checks, await checkRelay(temporal)]
}

async function checkRelay(temporal: Client): Promise<Check> {
  try {
    const { status } = await temporal.workflow.getHandle(webhookRelayWorkflowId).describe()
    return status.name === 'RUNNING' ? ok(name, say('doctorHandedOver')) : noRelay()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return noRelay()
    throw error
  }
}

function noRelay(): Check {
  return bad(name, say('doctorNotHandedOver', { workflow: webhookRelayWorkflowId }), say('doctorStartRelay'))
}
