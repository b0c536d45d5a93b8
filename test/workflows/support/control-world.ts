import { fileURLToPath } from 'node:url'
import { WithStartWorkflowOperation, type Client, type WorkflowHandle } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { createLockActivities } from '../../../src/activities/locks.js'
import { createReminderActivities } from '../../../src/activities/reminders/reminders.js'
import { createRunActivities } from '../../../src/activities/runs.js'
import type { TargetOutcome } from '../../../src/protocol/payloads.js'
import { definitionDefaults, type ReminderDefinition } from '../../../src/domain/definition.js'
import {
  accountTaskQueue,
  mainTaskQueue,
  reminderWorkflowId,
  runWorkflowId,
} from '../../../src/domain/ids.js'
import type { Database } from '../../../src/store/database.js'
import { saveDefinition } from '../../../src/store/reminders/definitions.js'
import { insertAccount } from '../../../src/store/accounts/registration.js'
import { defineReminderUpdate } from '../../../src/protocol/messages.js'
import { reminderStart } from '../../../src/protocol/reminder-start.js'
import { runStart } from '../../../src/protocol/run-start.js'
import type { RunArgs } from '../../../src/protocol/workflows.js'
import { testDataConverter } from '../../support/codec.js'
import { createTestDatabase } from '../../support/database.js'
import { groupJid } from '../../support/ledger.js'
import { createTestNamespace } from '../../support/namespace.js'
import { soon } from '../../support/reminding.js'
import { workflowCode } from './waiting-world.js'

const operator = 'school'
const accountId = 'office'

export type RowOfRun = { state: string; reason: string | null; targets: string[] }

export type Occurrence = { key: string; at: string; runId: string }

/** The real workflows, lock included, and their real activities on a real Temporal and Postgres; only sends are not real. */
export type ControlWorld = {
  client: Client
  database: Database
  databaseUrl: string
  /** From now on `prepareRun` waits, as it does where many are queued, until the function that it resolves to is called. */
  holdPreparing(): { reached: Promise<void>; release(): void }
  /** A reminder of two groups that is due at once. */
  remind(key: string): Promise<Occurrence & { handle: WorkflowHandle }>
  /** A run of two groups that a reminder has, and nobody has started. */
  newRun(key: string, options?: { concurrency?: number }): Promise<RunArgs>
  /** For a start of the workflow. */
  start: typeof runStart
  /** How the targets are ended, and what is told of it. */
  onDeliver(act: (target: { runId: string; ordinal: number }) => Promise<TargetOutcome>): void
  deliver(target: { runId: string; ordinal: number }): Promise<void>
  row(runId: string): Promise<RowOfRun | undefined>
  reminderState(key: string): Promise<string | undefined>
  close(): Promise<void>
}

/** @param brokenRuns no workflow task of a run can be done */
export async function startControlWorld({ brokenRuns = false } = {}): Promise<ControlWorld> {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const [server, own] = await Promise.all([createTestNamespace(), createTestDatabase()])
  const { address, namespace, temporal: client } = server
  const { database } = own
  const connection = await NativeConnection.connect({ address })
  await insertAccount(database, { id: accountId, operator, ratePerMinute: 1_000 })

  let isHeld = false
  let passed = Promise.resolve()
  let onReached = () => {}
  const deliver = async ({ runId, ordinal }: { runId: string; ordinal: number }) => {
    await database.query(
      `update target set state = 'delivered', done_at = now() where run_id = $1 and ordinal = $2 and state = 'pending'`,
      [runId, ordinal],
    )
  }
  let act = async (target: { runId: string; ordinal: number }): Promise<TargetOutcome> => {
    await deliver(target)
    return { kind: 'delivered' }
  }
  const runActivities = createRunActivities({ database, temporal: client })
  const code = brokenRuns
    ? {
        workflowBundle: await bundleWorkflowCode({
          workflowsPath: fileURLToPath(new URL('./broken-run.ts', import.meta.url)),
          payloadConverterPath: fileURLToPath(
            new URL('../../../src/workflows/payload-converter.ts', import.meta.url),
          ),
          logger: new DefaultLogger('WARN'),
        }),
        dataConverter: workflowCode.dataConverter,
      }
    : workflowCode
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      taskQueue: mainTaskQueue,
      ...code,
      activities: {
        ...createReminderActivities({ database }),
        ...createLockActivities({ database, temporal: client }),
        ...runActivities,
        // As where there are many targets, which is what takes time.
        prepareSmallRun: async (run: Parameters<typeof runActivities.prepareSmallRun>[0]) =>
          isHeld ? undefined : await runActivities.prepareSmallRun(run),
        prepareRun: async (run: Parameters<typeof runActivities.prepareRun>[0]) => {
          onReached()
          await passed
          return await runActivities.prepareRun(run)
        },
      },
    }),
    Worker.create({
      connection,
      namespace,
      dataConverter: testDataConverter,
      taskQueue: accountTaskQueue(accountId),
      activities: {
        deliver: (target: { runId: string; ordinal: number }) => act(target),
        uploadMedia: async () => {},
      },
    }),
  ])
  const running = workers.map((worker) => worker.run())

  const define = async (key: string, concurrency = 1) => {
    const at = soon()
    const definition: ReminderDefinition = {
      version: 2,
      account: accountId,
      audience: { kind: 'list', recipients: [groupJid(1), groupJid(2)] },
      parts: [{ kind: 'text', text: key }],
      ...definitionDefaults,
      groupConcurrency: concurrency,
      schedule: { kind: 'once', at, zone: 'UTC' },
    }
    return { at, digest: await saveDefinition(database, definition) }
  }

  return {
    client,
    database,
    databaseUrl: own.url,
    holdPreparing() {
      let release = () => {}
      isHeld = true
      passed = new Promise<void>((resolve) => {
        release = () => {
          isHeld = false
          resolve()
        }
      })
      const reached = new Promise<void>((resolve) => {
        onReached = resolve
      })
      return { reached, release }
    },
    async remind(key) {
      const { at, digest } = await define(key)
      const start = reminderStart({ operator, dedupeKey: key, accountId, state: 'scheduled', nextFire: null })
      await client.workflow.executeUpdateWithStart(defineReminderUpdate, {
        args: [{ digest }],
        startWorkflowOperation: new WithStartWorkflowOperation('reminder', start),
      })
      const handle = client.workflow.getHandle(reminderWorkflowId(operator, key))
      return { key, at, runId: runWorkflowId(operator, key, at), handle }
    },
    async newRun(key, { concurrency = 1 } = {}) {
      const { at, digest } = await define(key, concurrency)
      await database.query(
        `insert into reminder (operator, dedupe_key, account_id, digest) values ($1, $2, $3, $4)`,
        [operator, key, accountId, digest],
      )
      return {
        runId: runWorkflowId(operator, key, at),
        operator,
        dedupeKey: key,
        accountId,
        digest,
        scheduledAt: at,
        deadline: new Date(Date.now() + 3_600_000).toISOString(),
        priority: 5,
        groupConcurrency: concurrency,
      }
    },
    start: runStart,
    onDeliver(next) {
      act = next
    },
    deliver,
    async row(runId) {
      const { rows } = await database.query<RowOfRun>(
        `select state, reason, array(select concat_ws(': ', t.state, t.reason) from target t
                                     where t.run_id = r.id order by t.ordinal) as targets
         from run r where id = $1`,
        [runId],
      )
      return rows[0]
    },
    async reminderState(key) {
      const { rows } = await database.query<{ state: string }>(
        `select state from reminder where dedupe_key = $1`,
        [key],
      )
      return rows[0]?.state
    },
    async close() {
      for (const worker of workers) worker.shutdown()
      await Promise.all(running)
      await connection.close()
      await server.close()
      await own.close()
    },
  }
}
