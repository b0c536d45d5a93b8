import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { Client, WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client'
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from '@temporalio/worker'
import { firstFire } from '../../../src/client/reminders/first-fire.js'
import { createLockActivities } from '../../../src/activities/locks.js'
import { createReminderActivities } from '../../../src/activities/reminders/reminders.js'
import { createRunActivities } from '../../../src/activities/runs.js'
import type { RunOutcome } from '../../../src/protocol/payloads.js'
import { definitionDefaults, type ReminderDefinition } from '../../../src/domain/definition.js'
import type { Move } from '../../../src/domain/firing.js'
import { mainTaskQueue, reminderWorkflowId } from '../../../src/domain/ids.js'
import type { ReminderState, RunState } from '../../../src/domain/states.js'
import { saveDefinition } from '../../../src/store/reminders/definitions.js'
import type { Database } from '../../../src/store/database.js'
import { insertAccount } from '../../../src/store/accounts/registration.js'
import { countTargets } from '../../../src/store/runs/runs.js'
import { defineReminderUpdate, type DefineAnswer } from '../../../src/protocol/messages.js'
import type { ReminderResult } from '../../../src/protocol/workflows.js'
import type { reminder } from '../../../src/workflows/reminder/reminder.js'
import { reminderStart } from '../../../src/protocol/reminder-start.js'
import * as searchAttributes from '../../../src/protocol/search-attributes.js'
import { testDataConverter } from '../../support/codec.js'
import { createTestDatabase } from '../../support/database.js'
import { eventually } from '../../support/eventually.js'
import { groupJid } from '../../support/ledger.js'
import { createTestNamespace } from '../../support/namespace.js'
import { startTimeSkippingServer } from '../../support/time-skipping-server.js'

/**
 * The real reminder workflow with its real activities on a real Postgres, and a run that takes as long as the test
 * says. On a server that skips time, or on a real one.
 */

export const operator = 'school'
export const accountId = 'office'

const converter = fileURLToPath(new URL('../../../src/workflows/payload-converter.ts', import.meta.url))
const workflows = fileURLToPath(new URL('./stub-run.ts', import.meta.url))

/** Of temporal.api.enums.v1.IndexedValueType. */
const indexedValueTypes = { KEYWORD: 2, DATETIME: 6 }

export type Policies = Partial<Omit<ReminderDefinition, 'version' | 'schedule'>> &
  Pick<ReminderDefinition, 'schedule'>

export type Fired = { runId: string; atMs: number; digest: string }

export type RunRow = {
  id: string
  scheduledAt: string
  state: RunState
  trigger: string
  reason: string | null
  deadline: Date | null
  digest: string
}

export type AuditRow = { action: string; actor: string | null; reason: string | null }

export type StubRunActivities = ReturnType<typeof stubRunActivities>

export type ReminderWorld = {
  client: Client
  database: Database
  nowMs(): Promise<number>
  /** Lets time pass, skipped where the server can skip it, until what is due by then is dealt with. */
  passTo(ms: number): Promise<void>
  /**
   * The same, until the reminder is over. In steps from one due time to the next: a client that waits for a result
   * lets the server's time jump on by ten years once there is none (the run timeout of a workflow that went on as
   * new), and beyond 2^32 s, in 2106, local activities never end.
   */
  passToEnd(key: string): Promise<ReminderResult>
  /** Time goes on and nobody looks: for when there is no worker. */
  sleep(ms: number): Promise<void>
  /** What each run of the reminder takes; over at once where nothing is said. `Infinity`: until it is told. */
  runsLast(key: string, ms: number): void
  /** Every beginning of a run, in order. */
  fired(key: string): Fired[]
  save(policies: Policies): Promise<string>
  define(key: string, policies: Policies): Promise<WorkflowHandle<typeof reminder>>
  /** Starts it with `nextFire` as the attribute that a search finds it by. */
  askToDefine(key: string, digest: string, nextFire?: Date): Promise<DefineAnswer>
  runs(key: string): Promise<RunRow[]>
  row(key: string): Promise<ReminderColumns>
  audit(key: string): Promise<AuditRow[]>
  startWorker(): Promise<void>
  stopWorker(): Promise<void>
  close(): Promise<void>
}

export type ReminderColumns = {
  state: ReminderState
  reason: string | null
  nextFire: string | null
  cursorAt: string | null
  moved: Move[] | null
  bufferedAt: string | null
  pausedUntil: string | null
  revision: number
  endedAt: Date | null
  deletedAt: Date | null
}

function stubRunActivities(
  database: Database,
  { lasts, began }: { lasts: Map<string, number>; began: (Fired & { key: string })[] },
) {
  const set = async (runId: string, state: RunState, isFinal: boolean) => {
    await database.query(
      `update run set state = case when $3 or hold is null then $2 else state end,
         hold = case when not $3 then hold end, finished_at = case when $3 then now() end
       where id = $1 and finished_at is null`,
      [runId, state, isFinal],
    )
  }
  return {
    async beginRun({ runId, dedupeKey, digest, atMs }: Omit<Fired, 'key'> & { dedupeKey: string }) {
      if (!began.some((one) => one.runId === runId)) began.push({ key: dedupeKey, runId, atMs, digest })
      await set(runId, 'running', false)
      return Math.min(lasts.get(dedupeKey) ?? 0, 100 * 365 * 86_400_000)
    },
    async writeRun({ runId, state }: { runId: string; state: RunState }) {
      await set(runId, state, false)
    },
    async endRun({ runId, state }: { runId: string; state: RunState }): Promise<RunOutcome> {
      await set(runId, state, true)
      return { state, counts: await countTargets(database, runId) }
    },
  }
}

type Stubs = { began: (Fired & { key: string })[]; lasts: Map<string, number> }

/** When a run under way ends by itself, in ms. */
async function runEnds(world: ReminderWorld, { began, lasts }: Stubs): Promise<number[]> {
  const { rows } = await world.database.query<{ id: string }>(`select id from run where state = 'running'`)
  return rows.flatMap(({ id }) => {
    const run = began.find(({ runId }) => runId === id)
    return run ? [run.atMs + (lasts.get(run.key) ?? 0)] : []
  })
}

/** How long it is until something is due for the reminder, in ms; a second where it is just dealing with something. */
async function untilNextMs(
  world: ReminderWorld,
  { key, ...stubs }: Stubs & { key: string },
): Promise<number> {
  const { rows } = await world.database.query<{ at: Date | null }>(
    `select case when state = 'paused' then paused_until else next_fire end as at from reminder where dedupe_key = $1`,
    [key],
  )
  const dues = [...rows.flatMap(({ at }) => at?.getTime() ?? []), ...(await runEnds(world, stubs))]
  const nowMs = await world.nowMs()
  const coming = dues.filter((ms) => ms > nowMs && Number.isFinite(ms))
  const next = coming.length === 0 ? nowMs : Math.min(...coming)
  return Math.max(1_000, next - nowMs)
}

/** Everything that is due by the server's clock is dealt with, and no reminder is in the middle of something. */
async function settled(world: ReminderWorld, stubs: Stubs): Promise<void> {
  const nowMs = await world.nowMs()
  await eventually(
    async () => {
      const { rows } = await world.database.query<{ key: string }>(
        `select r.dedupe_key as key from reminder r where r.ended_at is null and (
         (r.state <> 'paused' and r.next_fire <= $1) or r.paused_until <= $1
         or exists (select from run where run.dedupe_key = r.dedupe_key and run.state = 'preparing')
         or (r.state = 'running' and not exists
               (select from run where run.dedupe_key = r.dedupe_key and run.finished_at is null))
         or (r.state = 'scheduled' and r.next_fire is null))`,
        [new Date(nowMs).toISOString()],
      )
      expect(rows).toEqual([])
      expect((await runEnds(world, stubs)).filter((ms) => ms <= nowMs)).toEqual([])
    },
    { intervalMs: 20 },
  )
}

type Server = {
  client: Client
  connection: NativeConnection
  namespace: string
  nowMs(): Promise<number>
  sleep(ms: number): Promise<void>
  close(): Promise<void>
}

async function skippingServer(): Promise<Server> {
  const { env, close } = await startTimeSkippingServer()
  const namespace = 'default'
  await env.connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name, type }) => [name, indexedValueTypes[type]]),
    ),
  })
  return {
    // One that does not skip time while it waits for a result.
    client: new Client({ connection: env.connection, namespace, dataConverter: testDataConverter }),
    connection: env.nativeConnection,
    namespace,
    nowMs: () => env.currentTimeMs(),
    sleep: (ms) => env.sleep(ms),
    close,
  }
}

async function realServer(): Promise<Server> {
  const own = await createTestNamespace()
  const { address, namespace, temporal } = own
  const connection = await NativeConnection.connect({ address })
  return {
    client: temporal,
    connection,
    namespace,
    nowMs: async () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    async close() {
      await connection.close()
      await own.close()
    },
  }
}

export async function startReminderWorld({ skipsTime }: { skipsTime: boolean }): Promise<ReminderWorld> {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  const [server, own, workflowBundle] = await Promise.all([
    skipsTime ? skippingServer() : realServer(),
    createTestDatabase(),
    bundle(),
  ])
  const { client, connection, namespace } = server
  const { database } = own
  await insertAccount(database, { id: accountId, operator, ratePerMinute: 1_000 })
  const lasts = new Map<string, number>()
  const began: (Fired & { key: string })[] = []
  let stop: (() => Promise<void>) | undefined

  const world: ReminderWorld = {
    client,
    database,
    nowMs: () => server.nowMs(),
    sleep: (ms) => server.sleep(ms),
    async passTo(ms) {
      const leftMs = ms - (await server.nowMs())
      if (leftMs > 0) await server.sleep(leftMs)
      await settled(world, { began, lasts })
    },
    async passToEnd(key) {
      const handle = client.workflow.getHandle<typeof reminder>(reminderWorkflowId(operator, key))
      while ((await handle.describe()).status.name === 'RUNNING')
        await server.sleep(await untilNextMs(world, { key, began, lasts }))
      return await handle.result()
    },
    runsLast(key, ms) {
      lasts.set(key, ms)
    },
    fired: (key) => began.filter((one) => one.key === key),
    save: async (policies) => await saveDefinition(database, definitionOf(policies)),
    async define(key, policies) {
      const digest = await world.save(policies)
      const nextFire = firstFire(definitionOf(policies), new Date(await server.nowMs()))
      await world.askToDefine(key, digest, new Date(nextFire))
      return client.workflow.getHandle<typeof reminder>(reminderWorkflowId(operator, key))
    },
    async askToDefine(key, digest, nextFire) {
      return await client.workflow.executeUpdateWithStart(defineReminderUpdate, {
        args: [{ digest }],
        startWorkflowOperation: new WithStartWorkflowOperation(
          'reminder',
          reminderStart({
            operator,
            dedupeKey: key,
            accountId,
            state: 'scheduled',
            nextFire: nextFire ?? null,
          }),
        ),
      })
    },
    async runs(key) {
      const { rows } = await database.query<RunRow>(
        `select id, to_char(scheduled_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "scheduledAt",
           state, trigger, reason, deadline, digest
         from run where dedupe_key = $1 order by run.scheduled_at`,
        [key],
      )
      return rows
    },
    async row(key) {
      const text = (column: string) => `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
      const { rows } = await database.query<ReminderColumns>(
        `select state, reason, ${text('next_fire')} as "nextFire", ${text('cursor_at')} as "cursorAt",
           moved, ${text('buffered_at')} as "bufferedAt", ${text('paused_until')} as "pausedUntil", revision,
           ended_at as "endedAt", deleted_at as "deletedAt"
         from reminder where dedupe_key = $1`,
        [key],
      )
      if (!rows[0]) throw new Error(`there is no reminder ${key}`)
      return rows[0]
    },
    async audit(key) {
      const { rows } = await database.query<AuditRow>(
        // What was asked of one that was there.
        `select action, actor, reason from audit where subject = $1 and action <> 'create' order by id`,
        [reminderWorkflowId(operator, key)],
      )
      return rows
    },
    async startWorker() {
      const worker = await Worker.create({
        connection,
        namespace,
        taskQueue: mainTaskQueue,
        workflowBundle,
        dataConverter: {
          ...testDataConverter,
          payloadConverterPath: converter.replace('/src/', '/dist/src/').replace('.ts', '.js'),
        },
        activities: {
          ...createReminderActivities({ database }),
          ...createRunActivities({ database, temporal: client }),
          ...createLockActivities({ database, temporal: client }),
          ...stubRunActivities(database, { lasts, began }),
        },
      })
      const running = worker.run()
      stop = async () => {
        worker.shutdown()
        await running
        stop = undefined
      }
    },
    stopWorker: async () => await stop?.(),
    async close() {
      await stop?.()
      await server.close()
      await own.close()
    },
  }
  await world.startWorker()
  return world
}

async function bundle(): Promise<WorkflowBundle> {
  return await bundleWorkflowCode({
    workflowsPath: workflows,
    payloadConverterPath: converter,
    logger: new DefaultLogger('WARN'),
  })
}

export function definitionOf(policies: Policies): ReminderDefinition {
  return {
    version: 2,
    account: accountId,
    audience: { kind: 'list', recipients: [groupJid(1)] },
    parts: [{ kind: 'text', text: 'one' }],
    ...definitionDefaults,
    ...policies,
  }
}

/** `2026-11-24T06:00:00Z` */
export function spell(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A rule on the clock of UTC, from an instant on. */
export function every(rrule: string, startMs: number, zone = 'UTC'): Policies['schedule'] {
  return { kind: 'recurring', zone, start: spell(startMs).slice(0, -1), rule: { kind: 'rrule', rrule } }
}

/** A recurring calendar of just these instants, in ms: they may be seconds apart. */
export function instants(...times: number[]): Policies['schedule'] {
  const [start = '', ...rdates] = times.map((ms) => spell(ms).slice(0, -1))
  const rule = { kind: 'rrule' as const, rrule: 'FREQ=YEARLY;COUNT=1' }
  return { kind: 'recurring', zone: 'UTC', start, rule, rdates }
}

/** The whole second that is so many seconds ahead, in ms. */
export function inSeconds(count: number): number {
  return Math.ceil(Date.now() / 1_000 + count) * 1_000
}
