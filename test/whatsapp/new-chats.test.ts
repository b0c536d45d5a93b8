import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { NewChats, SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

// WhatsApp Web's WAWebReachoutTimelockUtils: under the lock, groups are written to as before (docs/whatsapp/codes.md).

const ACCOUNT = '15550000071'
const count = 'until-cleared'

let world: World
let session: Session
let jid = ''
let sends = 0
let people = 15_551_007_000
const heard: NewChats[] = []

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('office', ACCOUNT)
  jid = (await world.whatsapp.createGroup({ subject: 'All', members: [ACCOUNT, person()] })).jid
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
  await world.whatsapp.lockNewChats({ account: ACCOUNT, seconds: 0 })
  await session.close()
  heard.length = 0
  session = await world.open('office', { onNewChats: (newChats) => heard.push(newChats) })
}, slowMs)

const person = () => String(people++)

async function stranger(): Promise<string> {
  const phone = person()
  await world.whatsapp.createPeople([phone])
  return `${phone}@s.whatsapp.net`
}

const send = (to: string): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0N${++sends}`, 'hello'), jid: to, maybeSentBefore: false })

const acked = { kind: 'acked', leftOutDevices: 0 }
const refused = (failure: string) => ({ kind: 'refused', code: 463, failure })

test('a lock holds messages to people until the time that WhatsApp gives, and none to groups', async () => {
  await expect.poll(() => heard).toEqual([{ isLocked: false }]) // asked for when the session opens
  await world.whatsapp.lockNewChats({ account: ACCOUNT, seconds: 5_000 })
  const outcome = await send(await stranger())
  expect(outcome).toMatchObject(refused('NewChatsLocked'))
  const until = outcome.kind === 'refused' ? outcome.until : undefined
  expect(((until?.getTime() ?? 0) - Date.now()) / 1_000).toBeGreaterThan(4_000)
  expect(heard.at(-1)).toEqual({ isLocked: true, until })
  expect(await send(jid)).toEqual(acked)
})

test('without a lock a refusal is about that person alone', async () => {
  const [unknown, friend] = [await stranger(), await stranger()]
  await world.whatsapp.fault({ kind: 'refuse', code: 463, chat: unknown, count })
  expect(await send(unknown)).toEqual(refused('ContactRefused'))
  expect([await send(friend), await send(jid)]).toEqual([acked, acked])
})

test('who is refused again and again starts no more chats for a while, whatever WhatsApp says', async () => {
  await world.whatsapp.fault({ kind: 'refuse', code: 463, count })
  const failures: unknown[] = []
  for (let tries = 0; tries < 5; tries++) failures.push(await send(await stranger()))
  const contacts = Array.from({ length: 4 }, () => refused('ContactRefused'))
  expect(failures).toEqual([...contacts, refused('NewChatsLocked')])
})

test('where WhatsApp does not say, messages to people are held', async () => {
  const unknown = await stranger()
  await world.whatsapp.fault({ kind: 'refuse', code: 463, chat: unknown, count })
  await world.whatsapp.fault({ kind: 'restrictionsError', code: 500, count })
  expect(await send(unknown)).toEqual(refused('NewChatsLocked'))
})

test('the cap of new chats (475) holds messages to people', async () => {
  const unknown = await stranger()
  await world.whatsapp.fault({ kind: 'refuse', code: 475, chat: unknown })
  expect(await send(unknown)).toEqual({ kind: 'refused', code: 475, failure: 'NewChatsCapped' })
})

test('a lock that WhatsApp tells of by itself is heard, and so is its end', async () => {
  await expect.poll(() => heard.length).toBe(1)
  await world.whatsapp.lockNewChats({ account: ACCOUNT, seconds: 5_000, told: true })
  await expect.poll(() => heard.at(-1)?.isLocked).toBe(true)
  await world.whatsapp.lockNewChats({ account: ACCOUNT, seconds: 0, told: true })
  await expect.poll(() => heard.at(-1)).toEqual({ isLocked: false })
})
