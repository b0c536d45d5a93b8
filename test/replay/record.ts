/* Records a history of each kind from the real system, with synthetic data: npm run record-histories */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram } from '../../simulator/telegram/telegram.js'
import { createCarillonClient } from '../../src/client/client.js'
import { createWebhooks } from '../../src/client/webhooks/webhooks.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { onTimeMs } from '../../src/domain/firing.js'
import {
  groupDeliveryWorkflowId,
  groupsRefreshWorkflowId,
  lockWorkflowId,
  mainTaskQueue,
  reminderWorkflowId,
  sessionWorkflowId,
} from '../../src/domain/ids.js'
import { telegramProgressWorkflowId, telegramUpdateWorkflowId } from '../../src/domain/telegram.js'
import { webhookDeliveryWorkflowId } from '../../src/domain/webhooks.js'
import { testDataConverter } from '../support/codec.js'
import { keyRotationWorkflowId, startRotation } from '../../src/key-rotation/start.js'
import { eventually } from '../support/eventually.js'
import { withPayloads } from '../support/history-payloads.js'
import { soon, startSystem, type System, type TestGroup } from '../support/system.js'
import { startReceiver } from '../support/webhook-receiver.js'
import {
  boundVersions,
  currentVersion,
  historiesFolder,
  historyToJson,
  type HistoryKind,
} from './histories.js'

const phone = '15550006001'
const folder = join(historiesFolder, currentVersion)
const [codec] = testDataConverter.payloadCodecs
let system: System

beforeAll(async () => {
  if (currentVersion in boundVersions)
    throw new Error(
      `The histories of ${currentVersion} bind and are not recorded again. Give package.json the version that ` +
        'comes next; its histories are recorded beside them.',
    )
  mkdirSync(folder, { recursive: true })
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

type Options = Pick<ReminderInput, 'at' | 'catchUp' | 'repeat' | 'start' | 'also' | 'overlap' | 'window'> & {
  groups?: TestGroup[]
}

async function create(key: string, { groups, ...options }: Options = {}): Promise<TestGroup[]> {
  const to = groups ?? (await system.createGroups({ phone, groups: 2, members: 1 }))
  await system.client.reminders.create({
    key,
    account: 'office',
    to: to.map(({ jid }) => jid),
    parts: [{ text: 'one' }, { text: 'two' }],
    ...(options.repeat === undefined && { at: soon() }),
    zone: 'UTC',
    groupConcurrency: 1,
    ...options,
  })
  return to
}

async function createHolding(key: string): Promise<{ runId: string; release: () => Promise<void> }> {
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  const chat = groups[0]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'holdAck', chat, count: 'until-cleared' })
  await create(key, { groups })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
  const release = async () => {
    await system.whatsapp.clearFaults()
    await system.whatsapp.releaseAcks()
  }
  return { runId: await runIdOf(key), release }
}

/** A calendar that begins in years, but for the given times from now. */
function beside(...fromNowMs: number[]): Options {
  const wall = (ms: number) => Temporal.Now.plainDateTimeISO('UTC').add({ milliseconds: ms })
  const also = fromNowMs.map((ms) => wall(ms).toString({ smallestUnit: 'second' }))
  return { repeat: 'FREQ=YEARLY', start: '2090-01-01T09:00:00', also }
}

async function runIdOf(key: string): Promise<string> {
  const runId = (await system.client.reminders.show(key)).runs[0]?.id
  if (runId === undefined) throw new Error(`the reminder ${key} has no run`)
  return runId
}

const becomes = (key: string, state: string) =>
  eventually(async () => expect((await system.client.reminders.show(key)).state).toBe(state))

async function save(kind: HistoryKind, workflowId: string, temporalRunId?: string) {
  const sealed = await system.temporal.workflow.getHandle(workflowId, temporalRunId).fetchHistory()
  // Plain, so that it can be read, and binds no key.
  const history = await withPayloads(sealed, async (payloads) => (await codec?.decode(payloads)) ?? [])
  writeFileSync(join(folder, `${kind}.json`), historyToJson(history))
  return history
}

/** A reminder goes on as new: the first of its executions that ended so is the whole life of one occurrence. */
async function saveFirst(kind: HistoryKind, key: string) {
  const workflowId = reminderWorkflowId(system.operator, key)
  const { raw } = await system.temporal.workflow.getHandle(workflowId).describe()
  return await save(kind, workflowId, raw.workflowExecutionInfo?.firstRunId ?? undefined)
}

async function runsOf(key: string, state: string): Promise<string[]> {
  const { runs } = await system.client.reminders.show(key)
  return runs.filter((run) => run.state === state).map(({ id }) => id)
}

const saveReminder = (kind: HistoryKind, key: string) => save(kind, reminderWorkflowId(system.operator, key))

test('completed', async () => {
  await create('completed', { groups: await system.createGroups({ phone, groups: 10, members: 1 }) })
  await becomes('completed', 'completed')
  const runId = await runIdOf('completed')
  await saveReminder('reminder-completed', 'completed')
  await save('run-completed', runId)
  await save('group-delivery-delivered', groupDeliveryWorkflowId(runId, 0))
})

test('paused and resumed', async () => {
  await create('paused', { at: soon(6_000) })
  await system.client.reminders.pause('paused', { reason: 'for the record' })
  await system.client.reminders.resume('paused')
  await becomes('paused', 'completed')
  await saveReminder('reminder-paused-resumed', 'paused')

  const { runId, release } = await createHolding('paused-mid-run')
  await system.client.runs.pause(runId)
  await release()
  await system.client.runs.resume(runId)
  await becomes('paused-mid-run', 'completed')
  await save('run-paused-resumed', runId)
})

test('canceled', async () => {
  await create('canceled', { at: soon(3_600_000) })
  await system.client.reminders.cancel('canceled')
  await saveReminder('reminder-canceled', 'canceled')

  const { runId, release } = await createHolding('canceled-mid-run')
  const canceled = system.client.runs.cancel(runId, { reason: 'for the record' })
  await eventually(async () =>
    expect((await system.client.runs.progress(runId)).run.state).not.toBe('running'),
  )
  await release()
  await canceled
  await becomes('canceled-mid-run', 'completed')
  await save('run-canceled', runId)
  await save('group-delivery-canceled', groupDeliveryWorkflowId(runId, 0))
})

test('missed', async () => {
  const at = soon(3_000)
  await create('missed', { at, catchUp: '0s' })
  await system.client.reminders.pause('missed')
  await eventually(() => expect(Date.now()).toBeGreaterThan(Date.parse(at) + onTimeMs + 1_000))
  await system.client.reminders.resume('missed')
  await becomes('missed', 'missed')
  await saveReminder('reminder-missed', 'missed')
})

test('partial', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: groups[0]?.jid ?? '', count: 1 })
  await create('partial', { groups })
  await becomes('partial', 'completed')
  const runId = await runIdOf('partial')
  await save('run-partial', runId)
  await save('group-delivery-failed', groupDeliveryWorkflowId(runId, 0))
})

test('a retry, and what its reminder passes on to it', async () => {
  const groups = await system.createGroups({ phone, groups: 3, members: 1 })
  const chat = groups[1]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat, count: 1 })
  await create('retried', { groups, ...beside(3_000, 3_600_000) })
  await eventually(async () => expect(await runsOf('retried', 'partial')).toHaveLength(1))
  const runId = await runIdOf('retried')
  await system.whatsapp.fault({ kind: 'holdAck', chat, count: 1 })
  await system.client.runs.retryFailed(runId, { reason: 'for the record' })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).toHaveLength(1))
  const pausing = system.client.reminders.pause('retried')
  await eventually(async () => expect((await system.client.runs.progress(runId)).run.state).toBe('paused'))
  await system.whatsapp.releaseAcks()
  await pausing
  await system.client.reminders.resume('retried')
  await eventually(async () => expect(await runsOf('retried', 'completed')).toHaveLength(1))
  await save('run-retried', runId)
  await system.client.reminders.cancel('retried')
  await saveReminder('reminder-tells-a-retry', 'retried')
})

test('terminated, while another run waits for the lock', async () => {
  const { runId, release } = await createHolding('terminated')
  await create('waits')
  await eventually(async () =>
    expect((await system.client.runs.progress(await runIdOf('waits'))).run.state).toBe('waiting'),
  )
  await system.temporal.workflow.getHandle(runId).terminate('for the record')
  await becomes('terminated', 'completed')
  await release()
  await becomes('waits', 'completed')
  await saveReminder('reminder-run-terminated', 'terminated')
  await save('run-terminated', runId)
})

test('recurring: from one occurrence to the next', async () => {
  await create('recurring', beside(3_000, 6_000))
  await eventually(async () => expect(await runsOf('recurring', 'completed')).toHaveLength(2))
  const first = await saveFirst('reminder-recurring', 'recurring')
  const { newExecutionRunId } = first.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes ?? {}
  await save('reminder-goes-on', reminderWorkflowId(system.operator, 'recurring'), newExecutionRunId ?? '')
  await system.client.reminders.cancel('recurring')
})

test('everything an operator does', async () => {
  const { reminders } = system.client
  await create('operated', beside(3_600_000, 7_200_000, 10_800_000))
  await reminders.edit('operated', { priority: 7 }, { reason: 'for the record' })
  await reminders.snooze('operated', { until: soon(4_000_000) })
  await reminders.skip('operated')
  await reminders.pause('operated', { until: soon(5_400_000) })
  await reminders.resume('operated')
  await reminders.fire('operated')
  await eventually(async () => expect(await runsOf('operated', 'completed')).toHaveLength(1))
  await eventually(async () => expect((await reminders.show('operated')).state).toBe('scheduled'))
  await reminders.delete('operated')
  await saveFirst('reminder-operated', 'operated')
  await saveReminder('reminder-deleted', 'operated')
})

test('an occurrence that takes the place of the one under way', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  await system.whatsapp.fault({ kind: 'holdAck', chat: groups[0]?.jid ?? '', count: 'until-cleared' })
  await create('overlapping', { ...beside(2_000, 6_000), overlap: 'cancelOther', groups })
  await eventually(async () =>
    expect((await system.client.reminders.show('overlapping')).runs).toHaveLength(2),
  )
  await system.whatsapp.clearFaults()
  await system.whatsapp.releaseAcks()
  await eventually(async () => expect(await runsOf('overlapping', 'completed')).toHaveLength(1))
  const [superseded] = (await runsOf('overlapping', 'partial')).concat(
    await runsOf('overlapping', 'canceled'),
  )
  await save('run-superseded', superseded ?? '')
  await saveFirst('reminder-cancels-other', 'overlapping')
  await system.client.reminders.cancel('overlapping')
})

test('a window that opens later', async () => {
  const opens = Temporal.Now.plainTimeISO('UTC').add({ minutes: 1 })
  const clock = (time: Temporal.PlainTime) => time.toString({ smallestUnit: 'minute' })
  const window = { from: clock(opens), to: clock(opens.add({ hours: 1 })) }
  await create('window', { window })
  await becomes('window', 'completed')
  await save('run-window', await runIdOf('window'))
})

test('webhooks', async () => {
  const receiver = await startReceiver()
  const { temporal, database, operator } = system
  const webhooks = createWebhooks({ temporal, database, operator })
  const { endpoint } = await webhooks.add({ url: receiver.url('/recorded') })
  const { eventId } = await webhooks.test(endpoint.id)
  await save('webhook-delivered', webhookDeliveryWorkflowId({ eventId, endpointId: endpoint.id, turn: 1 }))
  await save('webhooks-relaying', 'webhooks')
  await webhooks.remove(endpoint.id)
  await receiver.close()
})

test('a bot', async () => {
  const telegram = await startTelegram()
  await system.worker().stop()
  const worker = await system.startWorker({ CARILLON_TELEGRAM_URL: telegram.url, CARILLON_API_PORT: '0' })
  const { url } = JSON.parse(await worker.line((line) => line.includes('"api listening"'))) as { url: string }
  const { temporal, database, operator } = system
  const client = createCarillonClient({
    temporal,
    database,
    operator,
    telegramUrl: telegram.url,
  })
  const token = telegram.addBot({ username: 'recorded_bot' })
  await client.bots.add({ id: 'recorded', token, url, maxAttempts: 1 })
  const { code } = await client.bots.link('recorded', { name: 'anna', role: 'editor' })
  const says = async (text: string, isOver: (state: string) => boolean) => {
    const updateId = telegram.write(token, { person: 900_000_000_001, text })
    const key = { bot: 'recorded', updateId }
    await eventually(async () => expect(isOver((await client.inbox.show(key)).state)).toBe(true))
    return key
  }
  const isDone = (state: string) => state === 'done'
  const linked = await says(`/start ${code}`, isDone)
  await save('telegram-update-done', telegramUpdateWorkflowId(linked))
  const handledBy = (handler: string) => database.query(`update bot set handler = $1`, [handler])
  await handledBy('nobody')
  const dead = await says('/list', (state) => state === 'dead')
  await handledBy('remote-control')
  await client.inbox.redrive(dead)
  await eventually(async () => expect((await client.inbox.show(dead)).state).toBe('done'))
  await save('telegram-update-redriven', telegramUpdateWorkflowId(dead))
  const { runId, release } = await createHolding('told')
  await says('/progress told', isDone)
  await release()
  await becomes('told', 'completed')
  const { rows } = await system.database.query<{ id: string }>(
    `select id from telegram_progress where run_id = $1`,
    [runId],
  )
  const progress = telegramProgressWorkflowId(rows[0]?.id ?? '')
  await system.temporal.workflow.getHandle(progress).result()
  await save('telegram-progress', progress)
  await telegram.close()
})

test('jobs', async () => {
  const jobs = {
    reconcile: 'job-reconcile',
    retention: 'job-retention',
    metadataRefresh: 'job-metadata-refresh',
    receipts: 'job-receipts',
  } as const
  for (const [name, kind] of Object.entries(jobs)) {
    await system.temporal.workflow.execute(name, { workflowId: kind, taskQueue: mainTaskQueue })
    await save(kind, kind)
  }
  await startRotation({ temporal: system.temporal, database: system.database })
  await system.temporal.workflow.getHandle(keyRotationWorkflowId).result()
  await save('job-key-rotation', keyRotationWorkflowId)
  await system.client.groups.refresh('office')
  await save('job-groups-refresh', groupsRefreshWorkflowId('office'))
})

test('the lock and the session', async () => {
  const lock = system.temporal.workflow.getHandle(lockWorkflowId('office'))
  await lock.result()
  await save('account-lock-busy-granted-idle', lock.workflowId)
  await system.linkAccount({ id: 'office', phone })
  await save('account-session-linked-again', sessionWorkflowId('office'))
})
