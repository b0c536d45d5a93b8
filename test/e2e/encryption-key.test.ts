import { randomBytes } from 'node:crypto'
import { Client } from '@temporalio/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createCarillonClient } from '../../src/client/client.js'
import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { failureAdvice } from '../../src/domain/failures.js'
import { sessionWorkflowId } from '../../src/domain/ids.js'
import { openDatabase } from '../../src/store/database.js'
import { fingerprintOf, KeyRing } from '../../src/store/encryption/key-ring.js'
import type { Ran } from '../cli/support.js'
import { cliOf } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { logLines, untilLogged, untilWritten } from '../support/logs.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { linkByQr, startSystem, type System } from '../support/system.js'
import { epochOf } from '../support/workers.js'

const account = 'office'
const phone = '15550009961'
const oldKey = Buffer.alloc(32, 7).toString('base64')
const newKey = randomBytes(32)
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('a worker with another key does not start, says so with what to do, and touches nothing', async () => {
  const other = await refused({ CARILLON_ENCRYPTION_KEY: newKey.toString('base64') })
  const said = /carillon worker: What is stored in Postgres was not encrypted with this key/
  const log = await untilWritten(other, said)
  expect(log).toContain(`CARILLON_ACCEPT_ENCRYPTION_KEY=${fingerprintOf(newKey)}`)
  expect(log).not.toContain(newKey.toString('base64'))
  expect(log).not.toMatch(/ at .*\.js:/)
  const without = await refused({ CARILLON_ENCRYPTION_KEY: undefined })
  await untilWritten(
    without,
    /What is stored in Postgres is encrypted, and CARILLON_ENCRYPTION_KEY is not set/,
  )
  expect((await system.client.accounts.show(account)).state).toBe('connected')
})

test('doctor says which key is the right one, and that another one is not', async () => {
  expect((await cli(['doctor'], oldKey)).stdout).toMatch(/✔ Encryption +it is the key to what is stored/)
  const other = await cli(['doctor'], newKey.toString('base64'))
  expect(other.exitCode).toBe(1)
  expect(other.stdout).toMatch(/✖ Encryption +what is stored was not encrypted with this key/)
})

test('docs/runbook.md, "The encryption key is lost", brings an account and a webhook back under a new key', async () => {
  const { endpoint } = await addEndpoint(oldKey)
  const before = await epochOf(system, account)
  await system.workers[0]?.stop('SIGTERM')
  await startWithNewKey()

  await eventually(async () =>
    expect(await system.client.accounts.show(account)).toMatchObject({
      state: 'unreadable',
      stateDetail: failureAdvice.KeysUnreadable,
    }),
  )
  const key = newKey.toString('base64')
  expect((await cli(['account', 'list'], key)).stdout).toMatch(/unreadable[\s\S]*carillon account pair/)
  const examined = await cli(['doctor'], key)
  expect(examined.stdout).toMatch(/✖ Account +'office' is unreadable/)
  expect(examined.stdout).toContain(`webhook remove ${endpoint.id}`)

  // Each try waits longer than the one before, and takes no lease.
  await eventually(async () => expect(await nextTryMs()).toBeGreaterThanOrEqual(2_000))
  expect(await epochOf(system, account)).toBe(before)

  // What the SDK says of an activity that failed names it.
  await untilLogged(system.worker(), {
    msg: 'Activity failed',
    error: expect.objectContaining({
      name: 'ApplicationFailure',
      type: 'KeysUnreadable',
      message: failureAdvice.KeysUnreadable,
    }) as unknown,
  })
  const failed = logLines(system.worker()).filter(({ msg }) => msg === 'Activity failed')
  expect(failed.filter(({ error }) => typeof error !== 'object')).toEqual([])

  // Nobody could go on with what Temporal had under the old key: it began anew from Postgres.
  await untilLogged(system.worker(), {
    msg: 'workflows whose payloads no key opens begin anew from Postgres',
    reconcile: 'done',
  })
  await system.whatsapp.unlink({ account: phone })
  const renewed = underNewKey()
  onTestFinished(async () => await renewed.database.end())
  await linkByQr(renewed, { id: account, phone })
  await renewed.client.webhooks.remove(endpoint.id)
  await addEndpoint(key)
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const reminded = await remind(renewed, { key: 'after', account, groups, texts: ['back again'] })
  await expectDeliveredOnce(renewed, reminded)
  const afterwards = await cli(['doctor'], key)
  expect(afterwards.stdout).toMatch(/✔ Encryption +it is the key to what is stored/)
  // Nobody answers at that address, so it may be in back-off by now.
  expect(afterwards.stdout).not.toContain('webhook remove')

  // From here on it is the key: accepting it was needed once.
  await system.worker().stop('SIGTERM')
  await system.startWorker({ CARILLON_ENCRYPTION_KEY: key })
  await refused({ CARILLON_ENCRYPTION_KEY: oldKey })
})

/** The same system, for who has the new key. */
function underNewKey(): System {
  const ring = KeyRing.of(newKey)
  const { operator, namespace } = system
  const { connection } = system.temporal
  const dataConverter = { payloadCodecs: [createPayloadCodec(ring)] }
  const temporal = new Client({ connection, namespace, dataConverter })
  const database = openDatabase(system.databaseUrl, { ring, maxConnections: 3 })
  return { ...system, temporal, database, client: createCarillonClient({ temporal, database, operator }) }
}

async function startWithNewKey(): Promise<void> {
  await system.startWorker({
    CARILLON_ENCRYPTION_KEY: newKey.toString('base64'),
    CARILLON_ACCEPT_ENCRYPTION_KEY: fingerprintOf(newKey),
  })
}

/** A worker that ends before it has begun. */
async function refused(environment: NodeJS.ProcessEnv): Promise<{ logFile: string }> {
  const running = system.workers.length
  await expect(system.startWorker(environment)).rejects.toThrow('ended before it was ready')
  const worker = system.workers[running]
  if (!worker) throw new Error('no worker was started')
  expect(worker.child.exitCode).toBe(1)
  return worker
}

async function addEndpoint(key: string): Promise<{ endpoint: { id: string } }> {
  const added = await cli(['webhook', 'add', 'http://127.0.0.1:9/hook', '--json'], key)
  expect(added.stderr).toBe('')
  return JSON.parse(added.stdout) as { endpoint: { id: string } }
}

/** How long the session's activity waits for its next try. */
async function nextTryMs(): Promise<number> {
  const { raw } = await system.temporal.workflow.getHandle(sessionWorkflowId(account)).describe()
  const [activity] = raw.pendingActivities ?? []
  return Number(activity?.currentRetryInterval?.seconds ?? 0) * 1_000
}

async function cli(args: string[], key: string): Promise<Ran> {
  return await cliOf(system, args, { key })
}
