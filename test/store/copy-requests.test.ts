import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  areCopiesWanted,
  beginCopy,
  endCopy,
  nextCopyRequest,
  noteCopiesAsked,
  type CopyAsked,
  type CopyRequest,
} from '../../src/store/sends/copy-requests.js'
import { takeCopySlot, takeRateSlot, type RateSlot } from '../../src/store/sends/rate-slots.js'
import { beginSend, commitAck } from '../../src/store/sends/sends.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid, startRun } from '../support/ledger.js'

const device = '900000000001@lid'
let db: TestDatabase
let accounts = 0
let jids = 1
let tickets = 0

beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

type Scene = { accountId: string; epoch: number; sends: { messageId: string; chat: string; run: string }[] }

/** An account with so many messages, each acknowledged, in a group of its own. */
async function scene({ messages = 1, ratePerMinute = 1_000 } = {}): Promise<Scene> {
  const accountId = `copies-${++accounts}`
  await addAccount(db.database, accountId, ratePerMinute)
  const epoch = await connectAccount(db.database, accountId)
  const recipients = Array.from({ length: messages }, () => groupJid(jids++))
  const parts = [{ kind: 'text' as const, text: 'asked for' }]
  const run = await defineRun(db.database, { accountId, key: accountId, recipients, parts })
  await startRun(db.database, run)
  for (const ordinal of recipients.keys()) {
    const send = { runId: run.runId, ordinal, part: 0, epoch, slot: 0 }
    const begun = await beginSend(db.database, send)
    if (begun.kind !== 'begun') throw new Error(begun.kind)
    await commitAck(db.database, { ...send, attempt: begun.attempt, last: true, leftOutDevices: 0 })
  }
  const { rows } = await db.database.query<Scene['sends'][number]>(
    `select s.message_id as "messageId", t.jid as chat, s.run_id as run
     from send s join target t using (run_id, ordinal) where s.run_id = $1 order by ordinal`,
    [run.runId],
  )
  return { accountId, epoch, sends: rows }
}

async function ask({ accountId, sends }: Scene, more: Partial<CopyAsked> = {}, index = 0): Promise<void> {
  const { messageId = '', chat = '' } = sends[index] ?? {}
  await noteCopiesAsked(db.database, accountId, [{ messageId, chats: [chat], device, count: 1, ...more }])
}

const next = (owner: Scene): Promise<CopyRequest | undefined> => nextCopyRequest(db.database, owner)

async function copied(owner: Scene, { isOver = true } = {}): Promise<boolean> {
  const request = await next(owner)
  if (request === undefined || !(await beginCopy(db.database, { ...request, ...owner }))) return false
  await endCopy(db.database, { ...request, isOver, slot: 0 })
  return true
}

test('a receipt that comes twice makes one copy, and one with a higher count another, three at most', async () => {
  const owner = await scene()
  await ask(owner)
  await ask(owner)
  expect(await next(owner)).toMatchObject({ device, count: 1, part: { text: 'asked for' } })
  expect(await copied(owner)).toBe(true)
  await ask(owner)
  expect(await next(owner)).toBeUndefined()
  for (const count of [2, 3]) {
    await ask(owner, { count })
    expect(await copied(owner)).toBe(true)
  }
  await ask(owner, { count: 4 })
  expect(await areCopiesWanted(db.database, owner.accountId)).toBe(false)
})

test('one of which it is not known whether it left is sent again, three times at most', async () => {
  const owner = await scene()
  await ask(owner)
  for (let copies = 0; copies < 3; copies++) expect(await copied(owner, { isOver: false })).toBe(true)
  expect(await copied(owner)).toBe(false)
})

test('what is asked for while a copy is under way is not lost with its end', async () => {
  const owner = await scene()
  await ask(owner)
  const request = await next(owner)
  if (request === undefined) throw new Error('a copy is wanted')
  expect(await beginCopy(db.database, { ...request, ...owner })).toBe(true)
  await ask(owner, { count: 2 })
  await endCopy(db.database, { ...request, isOver: true, slot: 0 })
  expect(await next(owner)).toMatchObject({ count: 2 })
})

test('nothing is noted for another chat, another account, an unknown message, or one that has not left', async () => {
  const owner = await scene()
  const other = await scene()
  await ask(owner, { chats: [groupJid(999_999)] })
  await ask(owner, { messageId: '3EB0UNKNOWN' })
  await ask({ ...owner, accountId: other.accountId })
  const { messageId = '' } = owner.sends[0] ?? {}
  await db.database.query(`update send set state = 'skipped', acked_at = null where message_id = $1`, [
    messageId,
  ])
  await ask(owner)
  const { rows } = await db.database.query('select from copy_request where account_id = any ($1::text[])', [
    [owner.accountId, other.accountId],
  ])
  expect(rows).toEqual([])
})

test('a person is the same by number and by LID', async () => {
  const owner = await scene()
  const { chat = '' } = owner.sends[0] ?? {}
  await ask(owner, { chats: ['900000000009@lid', chat] })
  expect(await next(owner)).toMatchObject({ chat: '900000000009@lid' })
})

test('a device gets ten messages again in a day at most, and others are not held up by it', async () => {
  const owner = await scene({ messages: 12 })
  for (const index of [0, 1, 2]) await ask(owner, {}, index)
  const others = owner.sends
    .slice(3)
    .map(({ messageId, chat }) => ({ messageId, device, chats: [chat] as const, count: 1 }))
  await noteCopiesAsked(db.database, owner.accountId, [...others, ...others])
  await ask(owner, { device: '900000000002@lid' }, 11)
  const { rows } = await db.database.query<{ device: string; asked: number }>(
    `select device, count(*)::int as asked from copy_request where account_id = $1 group by device order by device`,
    [owner.accountId],
  )
  expect(rows).toEqual([
    { device, asked: 10 },
    { device: '900000000002@lid', asked: 1 },
  ])
})

test('while the account is paused, limited or owned by another nothing is sent, and afterwards all of it', async () => {
  const owner = await scene()
  await ask(owner)
  const request = await next(owner)
  if (request === undefined) throw new Error('a copy is wanted')
  for (const [hold, free] of [
    [`paused_reason = 'by hand'`, 'paused_reason = null'],
    [`state = 'limited', state_until = now() + interval '1 h'`, `state = 'connected', state_until = null`],
    [`epoch = epoch + 1`, `epoch = epoch - 1`],
  ]) {
    await db.database.query(`update account set ${hold} where id = $1`, [owner.accountId])
    expect(await next(owner)).toBeUndefined()
    expect(await areCopiesWanted(db.database, owner.accountId)).toBe(true)
    expect(await beginCopy(db.database, { ...request, ...owner })).toBe(false)
    await db.database.query(`update account set ${free} where id = $1`, [owner.accountId])
  }
  expect(await copied(owner)).toBe(true)
})

test('copies have a quarter of the limit of a minute and of a day, and reminders what is left', async () => {
  const owner = await scene({ ratePerMinute: 8 })
  expect(await granted(10, () => takeCopySlot(db.database, { ...owner, question: question(owner) }))).toBe(2)
  expect(await granted(10, () => takeRateSlot(db.database, owner))).toBe(6)

  const daily = await scene({ ratePerMinute: 100 })
  await db.database.query('update account set daily_cap = 12 where id = $1', [daily.accountId])
  expect(await granted(10, () => takeCopySlot(db.database, { ...daily, question: question(daily) }))).toBe(3)
  expect(await granted(20, () => takeRateSlot(db.database, daily))).toBe(9)
})

test('an account with the smallest limit may still send a copy', async () => {
  const owner = await scene({ ratePerMinute: 1 })
  expect(await granted(3, () => takeCopySlot(db.database, { ...owner, question: question(owner) }))).toBe(1)
})

function question({ epoch }: Scene) {
  // Those of before stay open: what they were granted is on its way.
  const open = Array.from({ length: tickets }, (_, ticket) => ticket + 1)
  return { epoch, ticket: ++tickets, open }
}

async function granted(tries: number, take: () => Promise<RateSlot>): Promise<number> {
  let count = 0
  for (let index = 0; index < tries; index++) if ((await take()).kind === 'granted') count += 1
  return count
}
