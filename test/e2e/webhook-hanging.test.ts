import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWebhooks, type Webhooks } from '../../src/client/webhooks/webhooks.js'
import type { EndpointView } from '../../src/store/webhooks/webhooks.js'
import { examined } from '../support/doctor.js'
import { untilLogged } from '../support/logs.js'
import { eventually } from '../support/eventually.js'
import { expectReadOnce, remind, runEnded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { startReceiver, type Receiver } from '../support/webhook-receiver.js'

const account = 'office'
const phone = '15550007772'
// More than the main queue has slots for activities.
const events = 150
let system: System
let receiver: Receiver
let webhooks: Webhooks
let hanging: EndpointView
const open = new Set<ServerResponse>()
let mostOpen = 0

beforeAll(async () => {
  ;[system, receiver] = await Promise.all([startSystem(), startReceiver()])
  const { temporal, database, operator } = system
  webhooks = createWebhooks({ temporal, database, operator })
  await system.pairAccount({ id: account, phone })
})
afterAll(async () => {
  await system.close()
  await receiver.close()
})

test('a receiver that never answers holds up no run, and no other receiver', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  receiver.answers('/hangs', Array(5_000).fill(neverAnswer))
  ;({ endpoint: hanging } = await webhooks.add({ url: receiver.url('/hangs'), types: ['account.state'] }))
  const { endpoint: well } = await webhooks.add({ url: receiver.url('/well'), types: ['reminder.missed'] })
  await tell('account.state', events)
  await eventually(() => expect(open.size).toBeGreaterThanOrEqual(5))

  const reminded = await remind(system, {
    key: 'beside',
    account,
    groups,
    texts: ['The bus leaves at eight'],
  })
  await tell('reminder.missed', 20)
  expect(await runEnded(system, reminded)).toBe('completed')
  await expectReadOnce(system, reminded)
  await eventually(() => expect(receiver.received('/well')).toHaveLength(20))
  expect(mostOpen).toBe(5)
  await webhooks.remove(well.id)
})

test('it is tried ever less often: shown with when it is next, and what waits for it costs no workflow', async () => {
  const inBackOff = await eventually(async () => {
    const found = await show()
    expect(found.nextTryAt).not.toBeNull()
    return found
  })
  expect(inBackOff).toMatchObject({ lastFailure: 'ETIMEDOUT', waiting: events })
  expect(inBackOff.failures).toBeGreaterThanOrEqual(5)
  await eventually(async () => {
    const { nextTryAt } = await show()
    const deliveries = await webhooks.deliveries({
      endpointId: hanging.id,
      states: ['waiting'],
      limit: events,
    })
    expect(deliveries).toHaveLength(events)
    // All but one that is being tried.
    const next = deliveries.filter((one) => one.nextTryAt?.getTime() === nextTryAt?.getTime())
    expect(next.length).toBeGreaterThanOrEqual(events - 1)
  })
  await eventually(async () => expect(await openDeliveries()).toBeLessThanOrEqual(1))
  await eventually(async () =>
    expect(await examined(system, 'Webhooks')).toMatchObject([
      {
        state: 'bad',
        found: expect.stringMatching(
          /in back-off: \d+ tries failed .* ETIMEDOUT; tried next (in|now).*: 150$/,
        ),
        remedy: expect.stringContaining(`carillon webhook test ${hanging.id}`),
      },
      { state: 'ok', found: 'events are handed over to Temporal' },
    ]),
  )
  await untilLogged(system.worker(), { msg: 'webhook endpoint in back-off' })
  // Each failure in a row is one request; only those of the first moment were at once.
  expect(receiver.received('/hangs').length).toBeLessThan(20)
  expect(mostOpen).toBe(5)
})

test('as soon as it answers, everything that waited arrives, each event once', async () => {
  receiver.answers('/hangs', [])
  const before = receiver.received('/hangs').length
  await webhooks.enable(hanging.id)
  await eventually(
    async () => expect(await show()).toMatchObject({ waiting: 0, failures: 0, nextTryAt: null }),
    {
      timeoutMs: 150_000,
    },
  )
  const ids = receiver
    .received('/hangs')
    .slice(before)
    .map(({ event }) => event.id)
  expect(new Set(ids).size).toBe(events)
})

function neverAnswer(response: ServerResponse): void {
  open.add(response)
  mostOpen = Math.max(mostOpen, open.size)
  response.on('close', () => open.delete(response))
}

async function tell(type: string, count: number): Promise<void> {
  await system.database.query(
    `select tell_webhooks(gen_random_uuid(), $1, $2, '{}') from generate_series(1, $3::int)`,
    [system.operator, type, count],
  )
}

async function show(): Promise<EndpointView> {
  const found = (await webhooks.list()).find(({ id }) => id === hanging.id)
  if (!found) throw new Error('no endpoint')
  return found
}

async function openDeliveries(): Promise<number> {
  const { count } = await system.temporal.workflow.count(
    `WorkflowType = 'webhookDelivery' and ExecutionStatus = 'Running'`,
  )
  return count
}
