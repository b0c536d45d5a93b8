import { Context } from '@temporalio/activity'
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import type { PoolClient } from 'pg'
import type { Logger } from 'pino'
import { mainTaskQueue } from '../domain/ids.js'
import { webhookDeliveryWorkflowId } from '../domain/webhooks.js'
import type { Database } from '../store/database.js'
import * as outbox from '../store/webhook-outbox.js'
import type { webhookDelivery } from '../workflows/webhook-delivery.js'
import { stopIfUnwanted } from './heartbeating.js'

export type WebhookRelayActivities = ReturnType<typeof createWebhookRelayActivities>

const heartbeatMs = 2_000
// A notification that was lost with its connection is made up for by this look.
const safetyPollMs = 15_000
const batch = 100
const startedAtOnce = 10

/** Hands the outbox over to Temporal: a workflow for each event and endpoint. */
export function createWebhookRelayActivities({
  database,
  temporal,
  logger,
}: {
  database: Database
  temporal: Client
  logger: Logger
}) {
  return {
    /** Hears of new events for as long as it lives. Only one runs in the system, and two would do no harm. */
    async relayWebhooks(): Promise<void> {
      const context = Context.current()
      // For itself as long as this lives, since a LISTEN belongs to a connection.
      const client = await database.connect()
      const beat = setInterval(() => context.heartbeat(), heartbeatMs)
      try {
        const news = await listen(client)
        for (;;) {
          await handOver()
          await outbox.purgeEvents(database)
          await Promise.race([news.next(), context.cancelled.catch(() => undefined)])
          stopIfUnwanted(context)
        }
      } finally {
        clearInterval(beat)
        client.release(true)
      }
    },
  }

  async function handOver(): Promise<void> {
    for (;;) {
      stopIfUnwanted(Context.current())
      const waiting = await outbox.toHandOver(database, batch)
      for (let i = 0; i < waiting.length; i += startedAtOnce)
        await Promise.all(waiting.slice(i, i + startedAtOnce).map(start))
      if (waiting.length < batch) return
    }
  }

  async function start({ type, ...key }: outbox.DeliveryKey & { type: string }): Promise<void> {
    try {
      await temporal.workflow.start<typeof webhookDelivery>('webhookDelivery', {
        workflowId: webhookDeliveryWorkflowId(key.eventId, key.endpointId),
        taskQueue: mainTaskQueue,
        args: [key],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `Webhook ${type}`,
      })
    } catch (error) {
      // Started by a relay that died before it could say so.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
    await outbox.markHandedOver(database, key)
    logger.info({ ...key, type }, 'webhook handed over')
  }
}

/** What was told between two calls of `next` is told once. @throws what broke the connection */
async function listen(client: PoolClient): Promise<{ next(): Promise<void> }> {
  let isNew = false
  let broken: Error | undefined
  let wake = (): void => {}
  client.on('notification', () => {
    isNew = true
    wake()
  })
  client.on('error', (error) => {
    broken = error
    wake()
  })
  await client.query(`listen ${outbox.webhookChannel}`)
  return {
    async next() {
      if (!isNew && !broken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, safetyPollMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      isNew = false
      if (broken) throw broken
    },
  }
}
