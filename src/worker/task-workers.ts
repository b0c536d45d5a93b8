import { fileURLToPath } from 'node:url'
import type { Client } from '@temporalio/client'
import { UnexpectedError, Worker, type WorkerOptions } from '@temporalio/worker'
import { createAccountActivities } from '../activities/accounts.js'
import { createDeliveryActivities } from '../activities/deliveries/deliveries.js'
import { takenSlots } from '../activities/deliveries/taken-slots.js'
import { createGroupActivities } from '../activities/groups.js'
import { createJobActivities } from '../activities/jobs.js'
import { createLockActivities } from '../activities/locks.js'
import { createReminderActivities } from '../activities/reminders/reminders.js'
import { createRunActivities } from '../activities/runs.js'
import { sendCopies } from '../activities/sessions/send-copies.js'
import type { ServeAccount } from '../activities/sessions/context.js'
import { createSessionActivities } from '../activities/sessions/sessions.js'
import { createWebhookRelayActivities } from '../activities/webhook-relay.js'
import { watchFailures } from '../activities/watch-failures.js'
import { whatsAppReachability } from '../activities/sessions/whatsapp-reachability.js'
import { createHandlingActivities } from '../activities/telegram/handling.js'
import { createInboxActivities } from '../activities/telegram/inbox.js'
import { createProgressActivities } from '../activities/telegram/progress.js'
import { createWebhookActivities } from '../activities/webhooks.js'
import { accountTaskQueue, mainTaskQueue, sessionsTaskQueue } from '../domain/ids.js'
import { telegramTaskQueue } from '../domain/telegram.js'
import { webhooksTaskQueue } from '../domain/webhooks.js'
import type { Logger } from '../logging.js'
import { doOthersPoll } from './other-workers.js'
import type { Tracing } from '../observe/tracing.js'
import { sessionSlots } from './session-slots.js'
import { withWorkflowThread } from './workflow-thread.js'
import { postgresNowMs, type Database } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import type { DeviceName } from '../domain/accounts/device-name.js'
import { createGateway } from '../whatsapp/create-gateway.js'
import type { Telegram } from '../telegram/telegram.js'
import type { WebVersions } from '../whatsapp/web-version.js'

/** The workers of this process: for workflows, for sessions, and for each account whose session is here. */
export type TaskWorkers = {
  /** Settles when all of it has stopped: rejects when something broke. */
  ended: Promise<void>
  /** Takes no more work, lets what is in flight end, hands the sessions over. */
  stop(): void
  /** Postgres is out of reach: lets go of everything now, whatever state it is in. */
  stepBack(): void
}

export type TaskWorkersDependencies = {
  /** The options of every worker of the process. */
  common: Pick<
    WorkerOptions,
    | 'connection'
    | 'namespace'
    | 'dataConverter'
    | 'maxHeartbeatThrottleInterval'
    | 'shutdownForceTime'
    | 'interceptors'
  >
  sinks: Tracing['worker']['sinks']
  temporal: Client
  database: Database
  ring: KeyRing
  owner: string
  whatsappUrl: string | undefined
  versions: WebVersions
  deviceName: DeviceName
  maxSessions: number
  maxCachedWorkflows: number
  retentionDays: number
  receiptsDays: number | undefined
  telegram: Telegram
  logger: Logger
}

const workflowBundle = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url))

/**
 * The poll of a process that hangs stays at the server for a while, and a task that is given to it is lost until it
 * times out: with one poll that is one task at most, and a queue of ours needs no more.
 */
const onePoll = { maxConcurrentActivityTaskPolls: 1 } as const

/**
 * Tasks of workflows at once, each with its local activities. What this process has taken no priority overtakes any more:
 * the rest waits in Temporal, where what was begun goes first.
 */
const workflowSlots = 16

/** Tries of webhooks at once in this process, and the relay: each is a socket that mostly waits. */
const webhookSlots = 50

/** Updates of bots that are handled at once in this process: each may hold a connection to Postgres for a moment. */
const updateSlots = 8

export async function startTaskWorkers({
  common: given,
  temporal,
  database,
  logger,
  maxSessions,
  maxCachedWorkflows,
  retentionDays,
  receiptsDays,
  telegram,
  sinks,
  ...deps
}: TaskWorkersDependencies): Promise<TaskWorkers> {
  const common = {
    ...given,
    interceptors: {
      ...given.interceptors,
      // The innermost: what others see of a failure is what Temporal gets.
      activity: [...(given.interceptors?.activity ?? []), watchFailures({ database, logger })],
    },
  }
  const lost = new AbortController()
  /** Work that may outlive its session for a moment. */
  const trailing = new Set<Promise<unknown>>()
  const follow = (work: Promise<unknown>): void => {
    trailing.add(work)
    const drop = (): void => {
      trailing.delete(work)
    }
    work.then(drop, drop)
  }

  const serveAccount: ServeAccount = async ({ session, epoch }) => {
    const { accountId } = session
    const log = logger.child({ accountId, epoch })
    const hasEnded = () => session.hasEnded()
    const slots = takenSlots({ database, accountId, epoch, hasEnded, logger: log })
    const worker = await Worker.create({
      ...common,
      ...onePoll,
      taskQueue: accountTaskQueue(accountId),
      activities: {
        ...createDeliveryActivities({ database, session, epoch, slots, logger: logger.child({ epoch }) }),
        ...createGroupActivities({ session }),
      },
    })
    const running = worker.run()
    follow(running)
    const copies = sendCopies({ database, session, epoch, slots, logger: log })
    return {
      copyAsked: copies.wake,
      async stop() {
        shutDown(worker)
        await Promise.all([running, copies.stop()])
      },
    }
  }

  const reach = whatsAppReachability({
    async doOthersPoll() {
      const { identity } = sessions.options
      try {
        const nowMs = await postgresNowMs(database)
        const others = await doOthersPoll(temporal, { taskQueue: sessionsTaskQueue, identity, nowMs })
        if (others) logger.warn('WhatsApp is out of reach: other workers take the sessions for a while')
        return others
      } catch (error) {
        // Leaving the sessions to nobody costs seconds; keeping them from others costs a connection's time-out each try.
        logger.warn({ error }, 'it could not be told whether there are other workers: taken for yes')
        return true
      }
    },
  })
  const sessions: Worker = await Worker.create({
    ...common,
    ...onePoll,
    taskQueue: sessionsTaskQueue,
    tuner: sessionSlots(maxSessions, reach),
    activities: createSessionActivities({
      ...deps,
      database,
      gateway: createGateway(),
      serveAccount,
      databaseLost: lost.signal,
      reach,
      follow,
      logger,
    }),
  })
  const createMain = async (): Promise<Worker> => await withWorkflowThread(logger, createMainWorker)
  const createMainWorker = async (): Promise<Worker> =>
    await Worker.create({
      ...common,
      taskQueue: mainTaskQueue,
      // Workflows of a worker that hangs go elsewhere after this long.
      stickyQueueScheduleToStartTimeout: '5s',
      workflowBundle: { codePath: workflowBundle },
      // Thousands of reminders sleep for months: the SDK's own default would keep them in memory all the while.
      maxCachedWorkflows,
      maxConcurrentWorkflowTaskExecutions: workflowSlots,
      sinks,
      dataConverter: {
        ...common.dataConverter,
        payloadConverterPath: fileURLToPath(new URL('../workflows/payload-converter.js', import.meta.url)),
      },
      activities: {
        ...createReminderActivities({ database }),
        ...createRunActivities({ database, temporal }),
        ...createLockActivities({ database, temporal }),
        ...createAccountActivities({ database, temporal }),
        ...createJobActivities({
          database,
          temporal,
          ring: deps.ring,
          logger,
          retentionDays,
          receiptsDays,
        }),
        ...createInboxActivities({ database }),
      },
    })
  const webhooks = await Worker.create({
    ...common,
    ...onePoll,
    taskQueue: webhooksTaskQueue,
    maxConcurrentActivityTaskExecutions: webhookSlots,
    activities: {
      ...createWebhookActivities({
        database,
        ring: deps.ring,
        logger,
        telegramUrl: telegram.telegramUrl,
      }),
      ...createWebhookRelayActivities({ database, temporal, logger }),
    },
  })
  const updates = await Worker.create({
    ...common,
    ...onePoll,
    taskQueue: telegramTaskQueue,
    maxConcurrentActivityTaskExecutions: updateSlots,
    activities: {
      ...createHandlingActivities({ database, temporal, ring: deps.ring, logger, ...telegram }),
      ...createProgressActivities({ database, ring: deps.ring, logger, ...telegram }),
    },
  })
  let main = await createMain()
  let isStopping = false

  /**
   * All workflows of the process share one thread, which ends when one of them does not come to an end. The process and
   * its sessions live on with another.
   */
  async function runMain(): Promise<void> {
    for (;;) {
      try {
        await main.run()
        return
      } catch (error) {
        if (isStopping || !(error instanceof UnexpectedError)) throw error
        logger.error({ error }, 'the thread of the workflows ended: another takes its place')
        main = await createMain()
        if (isStopping) return
      }
    }
  }

  const stopAll = (): void => {
    isStopping = true
    for (const worker of [sessions, main, webhooks, updates]) shutDown(worker)
  }

  const sessionsRun = sessions.run()
  const runs = [runMain(), webhooks.run(), updates.run()]
  const ended = (async () => {
    try {
      await Promise.all([
        sessionsRun.finally(stopAll),
        ...runs.map(async (run) => await run.finally(stopAll)),
      ])
    } finally {
      await Promise.allSettled([sessionsRun, ...runs])
      while (trailing.size > 0) await Promise.allSettled(trailing)
    }
  })()
  return {
    ended,
    stop() {
      // Sessions first: sends in flight end while their workflows can still record it.
      shutDown(sessions)
    },
    stepBack() {
      stopAll()
      lost.abort()
    },
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown()
}
