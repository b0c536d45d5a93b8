import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction, openDatabase } from '../../src/store/database.js'
import { registerOperator } from '../../src/store/operators/operators.js'
import {
  latestEvents,
  openTransactions,
  purgeEvents,
  readEvents,
  settleLog,
  watchEvents,
  type LoggedEvent,
  type Position,
} from '../../src/store/events/event-log.js'
import { eventually } from '../support/eventually.js'
import { createEmptyDatabase, createTestDatabase, testRing, type TestDatabase } from '../support/database.js'

let db: TestDatabase
const listensMs = 60_000

beforeAll(async () => {
  db = await createTestDatabase()
  await registerOperator(db.database, 'school')
})
afterAll(() => db.close())
beforeEach(async () => {
  await db.database.query('delete from event; delete from event_log; delete from account')
})

test('while nobody watches, nothing is written', async () => {
  await addAccount('quiet')
  expect(await written()).toBe(0)
})

test('once somebody watches, each change of an account is an event, in order, with states and no words', async () => {
  const start = await begin()
  await addAccount('office')
  await db.database.query(`update account set state = 'connected' where id = 'office'`)
  await db.database.query(`update account set paused_reason = 'Rose asked for it' where id = 'office'`)
  await db.database.query(`update account set paused_reason = 'another word' where id = 'office'`)
  const { events } = await readAll(start)
  expect(events.map(({ type, data }) => [type, data['state'], data['isPaused']])).toEqual([
    ['account', 'new', false],
    ['account', 'connected', false],
    ['account', 'connected', true],
  ])
  expect(JSON.stringify(events.map(({ data }) => data))).not.toContain('Rose')
})

test('what commits late is read late, and nothing is passed over', async () => {
  const start = await begin()
  await addAccount('first')
  const seen: string[] = []
  let position = start
  await inTransaction(db.database, async (slow) => {
    // It has the lower number, and commits after the other.
    await slow.query(`update account set state = 'pairing' where id = 'first'`)
    await addAccount('second')
    const early = await read(position)
    expect(early.isHeldUp).toBe(true)
    seen.push(...early.events.map(spell))
    position = early.until
  })
  const late = await readAll(position)
  seen.push(...late.events.map(spell))
  expect(seen).toEqual(['first new', 'first pairing', 'second new'])
})

test('many transactions at once: each event is read once, in one order for all readers', async () => {
  const start = await begin()
  for (let i = 0; i < 8; i++) await addAccount(`a${i}`)
  const readers = [reader(start), reader(start)]
  const states = ['connecting', 'connected', 'reconnecting', 'pairing']
  await Promise.all(
    Array.from({ length: 8 }, async (_, account) => {
      for (let turn = 0; turn < 20; turn++)
        await inTransaction(db.database, async (client) => {
          await client.query(`update account set state = $2 where id = $1`, [`a${account}`, states[turn % 4]])
          await client.query('select pg_sleep(random() * 0.01)')
          if (turn % 5 === 4)
            await client.query(`update account set paused_reason = $2 where id = $1`, [
              `a${account}`,
              turn % 2 ? 'x' : null,
            ])
        })
    }),
  )
  const told = await Promise.all(readers.map(async (follow) => await follow.end()))
  expect(told[0]).toEqual(told[1])
  const [ids = []] = told
  expect(new Set(ids).size).toBe(ids.length)
  const { rows } = await db.database.query<{ key: string }>(
    `select xid || '-' || id as key from event order by xid, id`,
  )
  expect(ids).toEqual(rows.map(({ key }) => key))
  expect(ids.length).toBeGreaterThan(160)
})

test('a log that was let go, or is of another server, is another one', async () => {
  const { log } = await watchEvents(db.database, { listensMs })
  expect((await watchEvents(db.database, { listensMs })).log).toBe(log)
  await db.database.query(`update event_log set until = now() + interval '1 minute'`)
  const second = await watchEvents(db.database, { listensMs })
  expect(second).toMatchObject({ isSettled: false })
  expect(second.log).not.toBe(log)
  await settleLog(db.database, second.log)
  expect(await watchEvents(db.database, { listensMs })).toEqual({ log: second.log, isSettled: true })
  await db.database.query(`update event_log set place = 'elsewhere'`)
  expect((await watchEvents(db.database, { listensMs })).log).not.toBe(second.log)
  expect(await readEvents(db.database, { after: { log, xid: 1n, id: 0 }, limit: 10 })).toEqual({
    kind: 'gone',
    log: undefined,
  })
})

test('to watch needs no privilege but that of its own tables', async () => {
  const { rows } = await db.database.query<{ name: string }>(
    `select f as name from unnest(array['pg_control_system()', 'pg_walfile_name(pg_lsn)', 'pg_current_wal_insert_lsn()',
       'pg_current_snapshot()', 'pg_current_xact_id()']) f
     where not exists (select from pg_proc p where p.oid = f::regprocedure and (p.proacl is null
       or exists (select from aclexplode(p.proacl) a where a.grantee = 0 and a.privilege_type = 'EXECUTE')))`,
  )
  expect(rows).toEqual([])
})

test('what was written by who began before the log did goes when the log is settled', async () => {
  const { log } = await begin()
  const insert = `insert into event (log, xid, operator, account_id, type, data) values ($1, '3', 'school', 'x', 'account', '{}')`
  await db.database.query(insert, [log])
  const before = await written()
  await db.database.query('update event_log set is_settled = false')
  await settleLog(db.database, log)
  expect(await written()).toBe(before - 1)
})

test('what is not yet readable is not passed over, however old it is', async () => {
  const start = await begin()
  const writer = await db.database.connect()
  try {
    await writer.query('begin')
    await writer.query('select pg_current_xact_id()')
    await addAccount('meanwhile')
    await db.database.query(`update event set at = at - interval '61 minutes'`)
    await writer.query(`insert into account (id, operator) values ('late', 'school')`)
    await purgeEvents(db.database)
    const read = await readEvents(db.database, { after: start, limit: 10 })
    expect(read).toMatchObject({ kind: 'read', events: [] })
    await writer.query('commit')
  } finally {
    writer.release()
  }
  expect((await readAll(start)).events.map(spell)).toEqual(['late new', 'meanwhile new'])
})

test('what another database of the server has open holds nothing up, also for a role that is no superuser', async () => {
  const another = await createEmptyDatabase()
  const writer = await another.database.connect()
  const role = `reader_${randomUUID().replaceAll('-', '')}`
  const url = Object.assign(new URL(db.url), { username: role, password: 'synthetic' }).toString()
  await db.database.query(
    `create role ${role} login password 'synthetic'; grant select on all tables in schema public to ${role}`,
  )
  const limited = openDatabase(url, { ring: testRing, maxConnections: 1 })
  try {
    await writer.query('begin')
    await writer.query('select pg_current_xact_id()')
    const start = await begin()
    await addAccount('meanwhile')
    await eventually(async () => {
      const found = await readEvents(limited, { after: start, limit: 10 })
      expect(found).toMatchObject({ kind: 'read', isHeldUp: false, events: [{ accountId: 'meanwhile' }] })
    })
    await eventually(async () => {
      const { oldest, next } = await openTransactions(limited)
      expect(oldest).toBe(next)
    })
    await db.database.query(`update event set at = at - interval '61 minutes'`)
    expect(await purgeEvents(db.database)).toBe(1)
  } finally {
    await writer.query('rollback')
    writer.release()
    await another.close()
    await limited.end()
    await db.database.query(`drop owned by ${role}; drop role ${role}`)
  }
})

test('what is an hour old goes, and who had it is told to read the state again', async () => {
  const start = await begin()
  await addAccount('old')
  const had = (await readAll(start)).until
  await addAccount('older')
  await db.database.query(`update event set at = at - interval '61 minutes'`)
  await addAccount('young')
  await db.database.query(
    `insert into event (log, operator, account_id, type, data) values ($1, 'school', 'x', 'account', '{}')`,
    [start.log === 1 ? 2 : 1],
  )
  let gone = 0
  await eventually(async () => {
    gone += await purgeEvents(db.database)
    expect(gone).toBe(3)
  })
  expect(await purgeEvents(db.database)).toBe(0)
  expect(await readEvents(db.database, { after: had, limit: 10 })).toMatchObject({ kind: 'gone' })
  const left = await eventually(async () => {
    const latest = await latestEvents(db.database, { log: start.log, limit: 10 })
    expect(latest?.events.map(spell)).toEqual(['young new'])
    return latest
  })
  expect(await readEvents(db.database, { after: left?.floor ?? start, limit: 10 })).toMatchObject({
    kind: 'read',
  })
})

async function addAccount(id: string): Promise<void> {
  await db.database.query(`insert into account (id, operator) values ($1, 'school')`, [id])
}

async function written(): Promise<number> {
  const { rows } = await db.database.query<{ count: number }>('select count(*) as count from event')
  return rows[0]?.count ?? -1
}

async function begin(): Promise<Position> {
  const { log } = await watchEvents(db.database, { listensMs })
  const { rows } = await db.database.query<{ xid: string }>(`select kept_xid::text as xid from event_log`)
  return { log, xid: BigInt(rows[0]?.xid ?? 0), id: 0 }
}

async function read(after: Position): Promise<{ events: LoggedEvent[]; until: Position; isHeldUp: boolean }> {
  const found = await readEvents(db.database, { after, limit: 500 })
  if (found.kind === 'gone') throw new Error('the log is gone')
  return found
}

/** The same once nothing holds it up: autovacuum may have a transaction in this database, too. */
async function readAll(after: Position): Promise<{ events: LoggedEvent[]; until: Position }> {
  return await eventually(async () => {
    const found = await read(after)
    expect(found.isHeldUp).toBe(false)
    return found
  })
}

function spell({ accountId, data }: LoggedEvent): string {
  return `${accountId} ${String(data['state'])}`
}

/** Reads small pages, all the time, until there is nothing more once it was told to end. */
function reader(start: Position): { end(): Promise<string[]> } {
  const keys: string[] = []
  let isEnding = false
  const work = (async () => {
    for (let position = start; ;) {
      const wasEnding = isEnding
      const found = await readEvents(db.database, { after: position, limit: 7 })
      if (found.kind === 'gone') throw new Error('the log is gone')
      keys.push(...found.events.map(({ position: { xid, id } }) => `${xid}-${id}`))
      position = found.until
      if (wasEnding && !found.isFull && !found.isHeldUp) return
    }
  })()
  return {
    async end() {
      isEnding = true
      await work
      return keys
    },
  }
}
