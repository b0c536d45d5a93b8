import { fileURLToPath } from 'node:url'
import { Context } from '@temporalio/activity'
import type { Client, WorkflowHandle, WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { DefaultLogger, Runtime, Worker, type NativeConnection } from '@temporalio/worker'
import type { SessionEnd, TargetOutcome } from '../../../src/protocol/payloads.js'
import { accountTaskQueue, mainTaskQueue, runWorkflowId, sessionsTaskQueue } from '../../../src/domain/ids.js'
import * as searchAttributes from '../../../src/protocol/search-attributes.js'
import type { run } from '../../../src/workflows/run/run.js'
import { defineReminderUpdate } from '../../../src/protocol/messages.js'
import { testDataConverter } from '../../support/codec.js'
import { startTimeSkippingServer, type TimeSkippingServer } from '../../support/time-skipping-server.js'
import { StubLedger } from './stub-activities.js'

export const operator = 'school'
export const accountId = 'office'
const digest = '0'.repeat(64)

// Of temporal.api.enums.v1.IndexedValueType.
const indexedValueTypes = { KEYWORD: 2, DATETIME: 6 }

const dist = (file: string) => fileURLToPath(new URL(`../../../dist/${file}`, import.meta.url))

/** The workflows as a worker runs them. */
export const workflowCode = {
  workflowBundle: { codePath: dist('workflow-bundle.js') },
  dataConverter: {
    ...testDataConverter,
    payloadConverterPath: dist('src/workflows/payload-converter.js'),
  },
}

export type StubWorld = {
  client: Client
  ledger: StubLedger
  /** What the delivery of a target does; delivers it by default. */
  onDeliver(act: Deliver): void
  onOwnSession(act: (attempt: number) => Promise<SessionEnd>): void
  stop(): Promise<void>
}

type Deliver = (runId: string, ordinal: number) => Promise<TargetOutcome>

export type WaitingWorld = StubWorld &
  TimeSkippingServer & {
    /** The server's clock. */
    nowMs(): Promise<number>
    /**
     * Something open under the id of a run, which holds the lock and does nothing: not a timer, which the server would
     * skip to, nor an activity, during which it skips no time.
     */
    startHolder(name: string): Promise<WorkflowHandle>
  }

export type StartedRun = WorkflowHandleWithFirstExecutionRunId<typeof run> & { deadlineMs: number }

/** The bundled workflows, whole and with their converter, on stubs of the activities. */
export async function startStubWorld({
  client,
  connection,
  namespace,
}: {
  client: Client
  connection: NativeConnection
  namespace: string
}): Promise<StubWorld> {
  const ledger = new StubLedger()
  ledger.accounts.add(accountId)
  let deliver: Deliver = async (runId) => {
    ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  }
  let ownSession = async (_attempt: number): Promise<SessionEnd> => ({ kind: 'unlinked' })
  let sessions = 0
  const common = {
    connection,
    namespace,
    dataConverter: testDataConverter,
    maxHeartbeatThrottleInterval: 100,
  }
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: mainTaskQueue,
      ...workflowCode,
      activities: ledger.activities(client),
    }),
    Worker.create({
      ...common,
      taskQueue: accountTaskQueue(accountId),
      activities: {
        deliver: (args: { runId: string; ordinal: number }) => deliver(args.runId, args.ordinal),
        uploadMedia: async () => {},
      },
    }),
    Worker.create({
      ...common,
      taskQueue: sessionsTaskQueue,
      activities: { ownSession: () => ownSession(++sessions) },
    }),
  ])
  const running = workers.map((worker) => worker.run())
  return {
    client,
    ledger,
    onDeliver(act) {
      deliver = act
    },
    onOwnSession(act) {
      ownSession = act
    },
    async stop() {
      for (const worker of workers) worker.shutdown()
      await Promise.all(running)
    },
  }
}

/** On a server that skips time, while a result is awaited and no activity runs. */
export async function startWaitingWorld(): Promise<WaitingWorld> {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const server = await startTimeSkippingServer()
  const { client, nativeConnection: connection } = server.env
  const namespace = 'default'
  await server.env.connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name, type }) => [name, indexedValueTypes[type]]),
    ),
  })
  const world = await startStubWorld({ client, connection, namespace })
  return {
    ...server,
    ...world,
    nowMs: () => server.env.currentTimeMs(),
    async startHolder(name) {
      const holder = await client.workflow.start('reminder', {
        workflowId: `run:${operator}/${name}`,
        taskQueue: mainTaskQueue,
        args: [{ operator, dedupeKey: name }],
      })
      await holder.executeUpdate(defineReminderUpdate, { args: [{ digest }] })
      world.ledger.hold(accountId, holder.workflowId)
      return holder
    },
    async close() {
      await world.stop()
      await server.close()
    },
  }
}

/** A run of one target, due now. */
export async function startRun(
  { client }: StubWorld,
  {
    dedupeKey,
    nowMs,
    withinMs,
    ...rest
  }: { dedupeKey: string; nowMs: number; withinMs: number } & Partial<
    Pick<Parameters<typeof run>[0], 'carried' | 'groupConcurrency'>
  >,
): Promise<StartedRun> {
  const scheduledAt = new Date(nowMs).toISOString()
  const runId = runWorkflowId(operator, dedupeKey, scheduledAt)
  const deadlineMs = nowMs + withinMs
  const handle = await client.workflow.start<typeof run>('run', {
    workflowId: runId,
    taskQueue: mainTaskQueue,
    args: [
      {
        runId,
        operator,
        dedupeKey,
        accountId,
        digest,
        scheduledAt,
        deadline: new Date(deadlineMs).toISOString(),
        priority: 5,
        groupConcurrency: 3,
        ...rest,
      },
    ],
  })
  return Object.assign(handle, { deadlineMs })
}

/** For an activity: goes on for ever, heartbeating. @throws CancelledFailure when it is to stop */
export async function untilCanceled(): Promise<never> {
  const context = Context.current()
  for (;;) {
    context.heartbeat()
    await context.sleep(50)
  }
}
