import { afterAll, beforeAll, expect, test } from 'vitest'
import type { MovedNumber, SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { GatewayFailure } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

// docs/whatsapp/groups-and-people.md, sections 5 and 6: the written number is not always the one that WhatsApp has.

const ACCOUNT = '15550000081'
const number = (phone: string) => `${phone}@s.whatsapp.net`

let world: World
let session: Session
let sends = 0
const moved: MovedNumber[] = []

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('office', ACCOUNT, { onMovedNumber: (one) => moved.push(one) })
}, slowMs)
afterAll(() => world?.stop(), slowMs)

async function lidOf(phone: string, more = {}): Promise<string> {
  const [person] = await world.whatsapp.createPeople([phone], more)
  return `${person?.lid ?? ''}@lid`
}

const send = (jid: string, more = {}): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0P${++sends}`, 'hello'), jid, maybeSentBefore: false, ...more })

const acked = { kind: 'acked', leftOutDevices: 0 }

test.each([
  ["Brazil's ninth digit that WhatsApp has not", '5511987654321', '551187654321'],
  ["Brazil's ninth digit that WhatsApp has", '552187654322', '5521987654322'],
  ["Mexico's 1", '5215512345678', '525512345678'],
  ["Argentina's 9", '541112345678', '5491112345678'],
])('%s: the number is the one that WhatsApp answers', async (_, written, phone) => {
  const lid = await lidOf(phone)
  await world.whatsapp.writeNumber({ phone, as: written })
  const answers = await session.askForPeople([number(written), number(phone)])
  const answer = { isOnWhatsApp: true, pn: number(phone), lid }
  expect([...answers]).toEqual([
    [number(written), answer],
    [number(phone), answer],
  ])
  expect(await session.otherJidOf(number(phone))).toBe(lid)
  expect(await session.otherJidOf(lid)).toBe(number(phone))
})

test('a number that is not on WhatsApp is told from one that is, in the same answer', async () => {
  const [here, away] = ['15551008001', '15551008002']
  const lid = await lidOf(here)
  const answers = await session.askForPeople([number(away), number(here)])
  expect(answers.get(number(away))).toEqual({ isOnWhatsApp: false })
  expect(answers.get(number(here))).toEqual({ isOnWhatsApp: true, pn: number(here), lid })
})

test('a person without a LID is answered by number alone', async () => {
  const phone = '15551008003'
  await lidOf(phone, { withLid: false })
  const answers = await session.askForPeople([number(phone)])
  expect(answers.get(number(phone))).toEqual({ isOnWhatsApp: true, pn: number(phone), lid: undefined })
  expect(await session.otherJidOf(number(phone))).toBeUndefined()
  expect(await send(number(phone))).toEqual(acked)
})

test('whom WhatsApp takes messages for by LID alone is reached by LID, and reads it once', async () => {
  const phone = '15551008004'
  const lid = await lidOf(phone)
  await world.whatsapp.refuseNumber(phone)
  expect(await send(number(phone))).toMatchObject({ kind: 'refused' })
  expect(await send(lid, { pn: number(phone) })).toEqual(acked)
  expect(await world.read([phone], number(phone))).toEqual([['hello']])
})

test('a message that is sent again under its id, now by LID, is one message', async () => {
  const phone = '15551008005'
  const lid = await lidOf(phone)
  const message = { ...world.text('3EB0TWICE', 'once'), maybeSentBefore: false }
  expect(await session.send({ ...message, jid: number(phone) })).toEqual(acked)
  expect(await session.send({ ...message, jid: lid, pn: number(phone) })).toEqual(acked)
  expect(await world.read([phone], number(phone))).toEqual([['once']])
})

test.each([
  [429, 'AccountLimited'],
  [500, 'ServerRefusedForNow'],
] as const)('a question for people that WhatsApp refuses with %i is %s', async (code, failure) => {
  await world.whatsapp.fault({ kind: 'contactError', code })
  await expect(session.askForPeople([number('15551008006')])).rejects.toEqual(
    new GatewayFailure(failure, code),
  )
})

test('a question that WhatsApp takes from nobody tells of nobody', async () => {
  await world.whatsapp.fault({ kind: 'contactError', code: 403 })
  expect(await session.askForPeople([number('15551008006')])).toEqual(new Map())
})

test('a new number of a person is heard of, also by a device that was away', async () => {
  const phone = '15551008007'
  const lid = await lidOf(phone)
  await world.whatsapp.changeNumber({ phone, number: '15551008008' })
  const first = { from: { pn: number(phone), lid }, to: { pn: number('15551008008'), lid } }
  await expect.poll(() => moved).toEqual([first])
  await session.close()
  await world.whatsapp.changeNumber({ phone, number: '15551008009' })
  session = await world.open('office', { onMovedNumber: (one) => moved.push(one) })
  const second = { from: first.to, to: { pn: number('15551008009'), lid } }
  await expect.poll(() => moved).toEqual([first, second])
  expect(await send(lid)).toEqual(acked)
  expect(await world.read([phone], number(phone))).toEqual([['hello']])
})
