import { AsyncResource } from 'node:async_hooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAuthState } from '../../src/whatsapp/auth-state.js'
import { connect } from '../../src/whatsapp/connection.js'
import { GatewayFailure, type SendOutcome, type Session } from '../../src/whatsapp/gateway.js'
import { takeOver } from './support/postgres.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000051'
const ANN = '15551000051'

let world: World
let jid: string
let sends = 0

beforeAll(async () => {
  world = await World.start()
  const session = await world.pair('ending', ACCOUNT)
  jid = (await world.whatsapp.createGroup({ subject: 'Ending', members: [ACCOUNT, ANN] })).jid
  await session.close()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

const send = (session: Session): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0E${++sends}`, 'x'), jid, maybeSentBefore: false })

test.each([
  ['close', 'ConnectionLost', 428],
  ['restart', 'RestartRequired', 515],
  ['replaced', 'AccountReplaced', 440],
  ['forbidden', 'AccountBanned', 403],
  ['unavailable', 'ServerRefusedForNow', 503],
] as const)('an end by "%s" is %s (%i)', async (how, failure, code) => {
  const session = await world.open('ending')
  await world.whatsapp.disconnect({ account: ACCOUNT, how })
  expect(await session.closed).toEqual({ failure, code })
  expect(world.logs.at(-1)).toMatchObject({ msg: 'session closed', failure, code })
  const again = failure === 'RestartRequired' ? 'ConnectionLost' : failure
  await expect(send(session)).rejects.toMatchObject({ failure: again })
})

test('a session that is opened elsewhere ends as replaced', async () => {
  const first = await world.open('ending')
  const second = await world.open('ending')
  expect(await first.closed).toMatchObject({ failure: 'AccountReplaced', code: 440 })
  expect(await send(second)).toEqual({ kind: 'acked', leftOutDevices: 0 })
  await second.close()
})

test('a server that does not answer is a lost connection, and an abort ends the wait', async () => {
  const port = new URL(world.simulator.endpoints.whatsappUrl).port
  const nobody = { whatsappUrl: `ws://127.0.0.1:${Number(port) === 1 ? 2 : 1}/ws/chat` }
  await expect(world.open('ending', nobody)).rejects.toMatchObject({ failure: 'ConnectionLost' })
  const aborted = { signal: AbortSignal.abort(new Error('stop')) }
  await expect(world.open('ending', aborted)).rejects.toEqual(new GatewayFailure('ConnectionLost', undefined))
})

test('an owner that was fenced stops: it stores no key, its session ends and it can not come back', async () => {
  const session = await world.open('ending')
  await send(session)
  const epoch = await takeOver(world.database, 'ending')
  const before = await keys()
  const outcome = await send(session)
  expect(outcome.kind).toBe('unknown')
  expect(await session.closed).toEqual({ failure: 'Fenced', code: undefined })
  expect(await keys()).toEqual(before)
  await expect(send(session)).rejects.toEqual(new GatewayFailure('Fenced', undefined))
  await expect(world.open('ending')).rejects.toEqual(new GatewayFailure('Fenced', undefined))
  const next = await world.open('ending', { epoch })
  expect(await send(next)).toEqual({ kind: 'acked', leftOutDevices: 0 })
  await next.close()
  await world.database.query("update account set epoch = 1 where id = 'ending'")
})

async function keys(): Promise<unknown[]> {
  const { rows } = await world.database.query<object>(
    "select category, id, sealed as value from auth_key where account_id = 'ending' order by category, id",
  )
  return rows
}

test('a message whose keys could not be stored is not acknowledged, whatever the server says', async () => {
  const session = await world.open('ending')
  await send(session)
  // What only a send writes: a write of anything else would end the session before.
  await world.database.query(
    "alter table auth_key add constraint broken check (category <> 'sender-key') not valid",
  )
  try {
    expect(await send(session)).toEqual({ kind: 'unknown', failure: 'ConnectionLost' })
    expect(await session.closed).toEqual({ failure: 'ConnectionLost', code: undefined })
  } finally {
    await world.database.query('alter table auth_key drop constraint broken')
  }
})

const silent = () =>
  connect(world.options('ending'), {
    browser: ['Carillon', 'Chrome', '1.0.0'],
    getMessage: () => Promise.resolve(undefined),
    cachedGroupMetadata: () => Promise.resolve(undefined),
  })

test('the last keys are stored before `closed` resolves, also those that still wait in line', async () => {
  const connection = await silent()
  const { auth } = connection
  await auth.keys.set({ 'lid-mapping': { slow: 'before' } })
  const client = await world.database.connect()
  try {
    await client.query('begin')
    await client.query("select from auth_key where category = 'lid-mapping' and id = 'slow' for update")
    auth.keys.set({ 'lid-mapping': { slow: 'after' } })?.catch(() => undefined)
    auth.creds.accountSyncCounter = 77
    auth.saveCreds()
    const closed = connection.close()
    await client.query('select pg_sleep(0.1)')
    await client.query('commit')
    await closed
  } finally {
    client.release()
  }
  const next = await openAuthState(world.options('ending'), () => undefined)
  expect(next.creds.accountSyncCounter).toBe(77)
  expect(await next.keys.get('lid-mapping', ['slow'])).toEqual({ slow: 'after' })
})

test('what Baileys leaves unhandled when a socket breaks is logged, and does not end the process', async () => {
  const connection = await silent()
  await connection.close()
  // Its listener answers on the closed socket, and nobody awaits it.
  connection.socket.ws.emit('CB:ib,,offline_preview', { tag: 'ib', attrs: {} })
  await expect.poll(() => world.logs.at(-1)).toMatchObject({ msg: 'a listener of Baileys failed', code: 428 })
})

test('sessions that are over leave neither timers nor sockets behind', async () => {
  await (await world.open('ending')).close()
  const resources = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name.startsWith('TCP')).length
  const before = resources()
  for (let round = 0; round < 3; round += 1) {
    const session = await world.open('ending')
    await send(session)
    await session.close()
  }
  await expect.poll(resources, { timeout: 20_000 }).toBeLessThanOrEqual(before)
})

test('sockets that were open once cost no promise of the process anything (Baileys #2806)', async () => {
  // Node before 24 writes a property for each AsyncLocalStorage that was ever used to each new asynchronous resource.
  const stamped = () => Object.getOwnPropertySymbols(new AsyncResource('looked at')).length
  const useOnce = async (): Promise<void> => {
    const session = await world.open('ending')
    await send(session)
    await session.close()
  }
  await useOnce()
  const before = stamped()
  for (let round = 0; round < 3; round += 1) await useOnce()
  expect(stamped()).toBe(before)
})
