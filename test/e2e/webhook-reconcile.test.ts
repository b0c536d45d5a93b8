import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWebhooks, type Webhooks } from '../../src/client/webhooks/webhooks.js'
import { webhookDeliveryWorkflowId, webhookRelayWorkflowId } from '../../src/domain/webhooks.js'
import { scheduleId } from '../../src/schedules.js'
import type { EndpointView } from '../../src/store/webhooks/webhooks.js'
import { examined } from '../support/doctor.js'
import { eventually } from '../support/eventually.js'
import { startOwnTemporal, type OwnTemporal } from '../support/own-temporal.js'
import { startSystem, type System } from '../support/system.js'
import { startReceiver, type Receiver } from '../support/webhook-receiver.js'

let temporal: OwnTemporal
let system: System
let receiver: Receiver
let webhooks: Webhooks
let endpoint: EndpointView
const path = '/events'

beforeAll(async () => {
  ;[temporal, receiver] = await Promise.all([startOwnTemporal(), startReceiver()])
  system = await startSystem(temporal)
  const { database, operator } = system
  webhooks = createWebhooks({
    temporal: system.temporal,
    database,
    operator,
  })
  ;({ endpoint } = await webhooks.add({ url: receiver.url(path), types: ['account.state'] }))
})
afterAll(async () => {
  await system.close()
  await receiver.close()
})

test('events that were in Temporal as its data was lost arrive all the same, and later ones too', async () => {
  receiver.answers(path, Array(3).fill(neverAnswer))
  await tell(3)
  await eventually(() => expect(receiver.received(path)).toHaveLength(3))
  await eventually(async () => expect(await handedOver()).toBe(3))
  await system.worker().stop('SIGKILL')
  await temporal.loseData()

  // No worker runs: what is to be done is counted, and done, once.
  const dry = await system.client.reconcile({ dryRun: true })
  expect(dry).toMatchObject({ startedRelays: 1, resumedWebhooks: 3, checked: 3, problems: [] })
  expect(await system.client.reconcile()).toEqual(dry)
  expect(await system.client.reconcile()).toMatchObject({ startedRelays: 0, resumedWebhooks: 0, checked: 0 })

  await system.startWorker()
  await tell(1)
  await eventually(async () => expect(await states()).toEqual(Array(4).fill('delivered')))
  const tries = new Map<string, number>()
  for (const { event } of receiver.received(path)) tries.set(event.id, (tries.get(event.id) ?? 0) + 1)
  expect([...tries.values()].toSorted((a, b) => a - b)).toEqual([1, 2, 2, 2])
})

test('a relay that was terminated is started again, without a new worker', async () => {
  await pauseSchedule()
  await system.temporal.workflow.getHandle(webhookRelayWorkflowId).terminate()
  expect(await examined(system, 'Webhooks')).toMatchObject([
    { state: 'ok' },
    { state: 'bad', remedy: expect.stringContaining('carillon reconcile') },
  ])
  const reports = await Promise.all(Array.from({ length: 3 }, () => system.client.reconcile()))
  expect(
    reports.map((report) => (report.kind === 'done' ? report.startedRelays : 0)).toSorted((a, b) => a - b),
  ).toEqual([0, 0, 1])
  expect(await webhooks.test(endpoint.id, { timeoutMs: 60_000 })).toMatchObject({ state: 'delivered' })
})

test('a delivery that was terminated in the middle of its tries goes on', async () => {
  receiver.answers(path, [500, 500, 500])
  const before = new Set((await webhooks.deliveries()).map((one) => one.eventId))
  await tell(1)
  const added = (await webhooks.deliveries()).find((one) => !before.has(one.eventId))
  const eventId = added?.eventId ?? ''
  await eventually(async () => expect((await delivery(eventId))?.attempts).toBeGreaterThan(0))
  const workflowId = webhookDeliveryWorkflowId({ eventId, endpointId: endpoint.id, turn: 1 })
  await system.temporal.workflow.getHandle(workflowId).terminate()
  expect(await system.client.reconcile()).toMatchObject({ startedRelays: 0, resumedWebhooks: 1 })
  await eventually(async () => expect((await delivery(eventId))?.state).toBe('delivered'))
  expect(await system.client.reconcile()).toMatchObject({ startedRelays: 0, resumedWebhooks: 0, checked: 0 })
})

function neverAnswer(): void {
  // The request stays open until the worker is gone.
}

async function tell(count: number): Promise<void> {
  await system.database.query(
    `select tell_webhooks(gen_random_uuid(), $1, 'account.state', '{}') from generate_series(1, $2::int)`,
    [system.operator, count],
  )
}

async function states(): Promise<string[]> {
  return (await webhooks.deliveries({ endpointId: endpoint.id })).map(({ state }) => state)
}

async function delivery(eventId: string) {
  return (await webhooks.deliveries()).find((one) => one.eventId === eventId)
}

async function handedOver(): Promise<number> {
  const { rows } = await system.database.query<{ count: number }>(
    `select count(*) from webhook_delivery where handed_at is not null and state = 'waiting'`,
  )
  return rows[0]?.count ?? 0
}

/** And waits until none of its is under way. */
async function pauseSchedule(): Promise<void> {
  await system.temporal.schedule.getHandle(scheduleId('reconcile')).pause()
  await eventually(async () => {
    const { count } = await system.temporal.workflow.count(
      `WorkflowType = 'reconcile' and ExecutionStatus = 'Running'`,
    )
    expect(count).toBe(0)
  })
}
