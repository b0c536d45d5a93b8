import { Context } from '@temporalio/activity'
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import type { PoolClient } from 'pg'
import type { Logger } from 'pino'
import { mainTaskQueue } from '../domain/ids.js'
import { webhookDeliveryWorkflowId } from '../domain/webhooks.js'
import type { Database } from '../store/database.js'
import * as queue from '../store/webhooks/webhook-queue.js'
import { pause } from '../pause.js'
import { stopIfUnwanted } from './heartbeating.js'
import { lookAt } from '../reconcile/temporal.js'
import { atOncePerEndpoint } from './webhooks.js'
import type { Workflows } from '../protocol/workflows.js'

export type WebhookRelayActivities = ReturnType<typeof createWebhookRelayActivities>

const heartbeatMs = 2_000
// A notification that was lost with its connection is made up for by this look.
const safetyPollMs = 15_000
const startedAtOnce = 10

/** Hands the outbox over to Temporal, a few events of each endpoint at a time: a workflow for each. */
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
        for (let tidyAtMs = 0; ;) {
          await handOver()
          if (performance.now() >= tidyAtMs) {
            await tidy()
            tidyAtMs = performance.now() + safetyPollMs
          }
          // An endpoint's back-off ends at a time of its own.
          const untilNextMs = (await queue.msUntilNextTry(database)) ?? safetyPollMs
          await news.next(Math.min(safetyPollMs, untilNextMs), context.cancellationSignal)
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
      const waiting = await queue.toHandOver(database, { atOncePerEndpoint })
      for (let i = 0; i < waiting.length; i += startedAtOnce)
        await Promise.all(waiting.slice(i, i + startedAtOnce).map(start))
      if (waiting.length === 0) return
    }
  }

  async function tidy(): Promise<void> {
    const done = await queue.tidyQueue(database)
    if (done.dropped + done.givenUp > 0) logger.warn(done, 'webhooks given up')
  }

  async function start({ type, ...turn }: queue.DeliveryTurn & { type: string }): Promise<void> {
    const workflowId = webhookDeliveryWorkflowId(turn)
    try {
      await temporal.workflow.start<Workflows['webhookDelivery']>('webhookDelivery', {
        workflowId,
        taskQueue: mainTaskQueue,
        args: [turn],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `Webhook ${type}`,
      })
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      // Started by a relay that died before it could say so; or this turn was had before Postgres was restored from a
      // backup: then the next one is tried.
      if ((await lookAt(temporal, workflowId)).kind !== 'open') {
        await queue.markHandedOver(database, turn)
        await queue.handBack(database, turn)
        return
      }
    }
    await queue.markHandedOver(database, turn)
    logger.info({ ...turn, type }, 'webhook handed over')
  }
}

type News = {
  /** Ends with the time, with what is new, or when aborted. All notifications between two calls count as one. @throws what broke the connection */
  next(timeoutMs: number, signal: AbortSignal): Promise<void>
}

async function listen(client: PoolClient): Promise<News> {
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
  await client.query(`listen ${queue.webhookChannel}`)
  return {
    async next(timeoutMs, signal) {
      if (!isNew && !broken) {
        const woken = new AbortController()
        wake = () => woken.abort()
        signal.addEventListener('abort', wake)
        if (signal.aborted) wake()
        await pause(timeoutMs, woken.signal)
        signal.removeEventListener('abort', wake)
      }
      isNew = false
      if (broken) throw broken
    },
  }
}
