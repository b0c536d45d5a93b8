import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Content, Session } from '../../src/whatsapp/gateway.js'
import { proto } from '../../src/whatsapp/baileys.js'
import { disappearing } from '../../src/whatsapp/content.js'
import { slowMs, World } from './support/world.js'

// Baileys #1687: phones go by what the message itself says, and name its sender's version old where it says nothing.

const ACCOUNT = '15550000091'
const ANN = '15551000091'
const [DAY, WEEK] = [86_400, 604_800]

let world: World
let session: Session
let jid = ''
let sends = 0

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('office', ACCOUNT)
  const members = [ACCOUNT, ANN, '15551000092']
  jid = (await world.whatsapp.createGroup({ subject: 'Gone soon', members, ephemeral: DAY })).jid
}, slowMs)
afterAll(() => world?.stop(), slowMs)

async function send(content: Content, to = jid): Promise<number | undefined> {
  const messageId = `3EB0X${++sends}`
  world.sent.set(messageId, content)
  const outcome = await session.send({ messageId, content, jid: to, maybeSentBefore: false })
  expect(outcome).toEqual({ kind: 'acked', leftOutDevices: 0 })
  await world.whatsapp.settled()
  const { messages } = await world.whatsapp.inbox(ANN)
  return messages.find(({ id }) => id === messageId)?.expiration
}

const text = (words: string): Content => ({ kind: 'text', text: words })
const image = (): Content => ({
  kind: 'uploaded',
  message: proto.Message.encode({ imageMessage: { caption: 'a picture', mimetype: 'image/jpeg' } }).finish(),
})

test('texts and media to such a group disappear with its other messages', async () => {
  await expect.poll(async () => await world.groupAge('office', jid)).toBe('fresh')
  expect([await send(text('one')), await send(image())]).toEqual([DAY, DAY])
})

test('a change of the setting holds from the next message on', async () => {
  for (const [seconds, expected] of [
    [WEEK, WEEK],
    [0, undefined],
    [DAY, DAY],
  ] as const) {
    await world.whatsapp.setEphemeral({ jid, seconds })
    await expect.poll(async () => await world.groupAge('office', jid)).toBe('marked')
    expect(await send(text('after a change'))).toBe(expected)
  }
})

test('a message to a person or to another group does not disappear', async () => {
  const { jid: other } = await world.whatsapp.createGroup({ subject: 'Stays', members: [ACCOUNT, ANN] })
  expect([await send(text('to one'), `${ANN}@s.whatsapp.net`), await send(text('stays'), other)]).toEqual([
    undefined,
    undefined,
  ])
})

test('a plain text becomes one that has a place for it, and what it quoted stays', () => {
  expect(disappearing({ conversation: 'x' }, DAY)).toEqual({
    extendedTextMessage: { text: 'x', contextInfo: { expiration: DAY } },
  })
  const quoting = { extendedTextMessage: { text: 'x', contextInfo: { stanzaId: 'A' } } }
  expect(disappearing(quoting, DAY)).toEqual({
    extendedTextMessage: { text: 'x', contextInfo: { stanzaId: 'A', expiration: DAY } },
  })
  expect(quoting.extendedTextMessage.contextInfo).toEqual({ stanzaId: 'A' })
})
