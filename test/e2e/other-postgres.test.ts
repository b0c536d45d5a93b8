import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { pause } from '../../src/pause.js'
import { dropConnections, openDatabase } from '../../src/store/database.js'
import { untilPostgresIsBack } from '../../src/worker/postgres-watch.js'
import { migrate } from '../../src/store/migrate.js'
import { cliOf } from '../support/cli.js'
import { testRing } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { untilLogged, untilWritten } from '../support/logs.js'
import { onPostgres, startPostgresPair, type PostgresPair } from '../support/postgres-pair.js'
import { expectDeliveredOnce, ledgerOf, remind, stanzasOf, type Reminded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { TcpProxy } from '../support/tcp-proxy.js'

const account = 'office'
const phone = '15550009971'
const texts = ['The gate is closed today', 'Use the side door']
let pair: PostgresPair
let way: TcpProxy & { url: string }
let system: System

beforeAll(async () => {
  pair = await startPostgresPair()
  way = await TcpProxy.to(pair.primaryUrl)
  const database = openDatabase(way.url, { ring: testRing, maxConnections: 5 })
  await migrate(database)
  system = await startSystem(undefined, { url: way.url, database, close: async () => await database.end() })
  await system.pairAccount({ id: account, phone })
})
afterEach(async () => await system.whatsapp.clearFaults())
afterAll(async () => {
  await system?.close()
  await way?.close()
  await pair?.close()
})

test('a Postgres that is set to read only in the middle of a run is told, and the run goes on when it takes writes again', async () => {
  const reminded = await inTheMiddleOfARun('read-only')
  await takeWrites(false)
  await untilLogged(system.worker(), { why: 'readOnly' })
  await system.whatsapp.releaseAcks()
  const sentBefore = await stanzasOf(system, reminded)

  const created = await cliOf(system, [
    'reminder',
    'create',
    '--key',
    'refused',
    '--account',
    account,
    '--to',
    `+${phone}`,
    '--text',
    'x',
    '--at',
    'in 1 hour',
    '--zone',
    'UTC',
  ])
  expect(created.exitCode).toBe(6)
  expect(created.stderr).toMatch(/Postgres takes no writes.*DATABASE_URL lead to the primary/)
  const examined = await cliOf(system, ['doctor'])
  expect(examined.exitCode).toBe(1)
  expect(examined.stdout).toMatch(/✖ Postgres +reachable.*takes no writes/)
  // It was seen, and nothing more went out meanwhile: what can't be written is not sent.
  expect(await stanzasOf(system, reminded)).toBe(sentBefore)

  await takeWrites(true)
  await expectDeliveredOnce(system, reminded)
  expect((await cliOf(system, ['doctor'])).stdout).toMatch(/✔ Postgres +reachable/)
})

test.each([
  { write: 'the slot of the rate limit', table: 'rate_slot', event: 'insert', when: 'true' },
  { write: 'the intent to send', table: 'send', event: 'update', when: `new.state = 'sending'` },
])('what is not written first is not sent: $write', async ({ table, event, when }) => {
  // Postgres takes what comes before, so that it is this write alone that holds the message back.
  await onPostgres(
    way.url,
    `create or replace function test_read_only() returns trigger language plpgsql as
       $$ begin raise exception 'takes no writes' using errcode = '25006'; end $$;
     create trigger test_read_only before ${event} on ${table} for each row when (${when})
       execute function test_read_only()`,
  )
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const reminded = await remind(system, { key: `unwritten-${table}`, account, groups, texts })
  await untilLogged(system.worker(), {
    msg: 'activity keeps failing',
    activity: 'deliver',
    workflowId: reminded.runId,
  })
  expect(await stanzasOf(system, reminded)).toBe(0)
  await onPostgres(way.url, `drop trigger test_read_only on ${table}`)
  await expectDeliveredOnce(system, reminded)
})

test('a standby that is promoted in the middle of a run is found by new connections, while the old primary still answers', async () => {
  const reminded = await inTheMiddleOfARun('promoted')
  // Who has stepped back stays so for as long as what answers takes no writes.
  const isBack = untilPostgresIsBack(pair.standbyUrl, new AbortController().signal).then(() => 'back')
  expect(await Promise.race([isBack, pause(3_000)])).not.toBe('back')
  await onPostgres(pair.standbyUrl, 'select pg_promote()')
  expect(await isBack).toBe('back')
  way.moveTo(pair.standbyUrl)
  // Those of the test, too.
  dropConnections(system.database)
  await untilLogged(system.worker(), { why: 'moved' })
  await system.whatsapp.releaseAcks()
  await expectDeliveredOnce(system, reminded)
  // All of it is in the new primary, and no connection of the worker is left at the old one.
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual(
    reminded.groups.flatMap(() => texts.map(() => 'acked')),
  )
  // A commit there that waits for the standby does not see that its client has left, and no standby comes any more.
  const left = `select application_name, state, wait_event from pg_stat_activity
    where application_name like 'carillon%' and wait_event is distinct from 'SyncRep'`
  await eventually(async () => expect(await onPostgres(pair.primaryUrl, left)).toEqual([]))
})

test('a worker that is started at a standby says so, and begins nothing', async () => {
  // The old primary is one now: at least it takes no writes.
  await onPostgres(pair.primaryUrl, 'alter system set synchronous_standby_names = default')
  await onPostgres(pair.primaryUrl, 'alter system set default_transaction_read_only = on')
  await onPostgres(pair.primaryUrl, 'select pg_reload_conf()')
  await expect(system.startWorker({ DATABASE_URL: pair.primaryUrl })).rejects.toThrow()
  const said = /carillon worker: Postgres takes no writes: it is a standby, or set to read only/
  const log = await untilWritten(system.worker(), said)
  expect(log).not.toMatch(/ at .*\.js:/)
})

/** The first part to the second target is on the wire and not acknowledged. */
async function inTheMiddleOfARun(key: string): Promise<Reminded> {
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  const [, second] = groups
  await system.whatsapp.fault({ kind: 'holdAck', chat: second?.jid ?? '', count: 1 })
  const reminded = await remind(system, { key, account, groups, texts, groupConcurrency: 1 })
  await eventually(async () =>
    expect(await system.whatsapp.stanzas({ chat: second?.jid ?? '' })).toHaveLength(1),
  )
  return reminded
}

async function takeWrites(areTaken: boolean): Promise<void> {
  await onPostgres(
    pair.primaryUrl,
    `alter system set default_transaction_read_only = ${areTaken ? 'off' : 'on'}`,
  )
  await onPostgres(pair.primaryUrl, 'select pg_reload_conf()')
}
