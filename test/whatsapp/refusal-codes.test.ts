import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FailureType } from '../../src/domain/failures.js'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

// Each row A and Q of the table in docs/whatsapp/codes.md, over a socket. What comes of each failure is shown in
// test/e2e/account-health.test.ts.

const ACCOUNT = '15550000091'
const PERSON = '15551009001'
const person = `${PERSON}@s.whatsapp.net`

let world: World
let session: Session
let group = ''
let sends = 0

beforeAll(async () => {
  world = await World.start()
  await world.whatsapp.createPeople([PERSON])
  session = await world.pair('office', ACCOUNT)
  group = (await world.whatsapp.createGroup({ subject: 'All', members: [ACCOUNT, PERSON] })).jid
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

const send = (jid: string): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0R${++sends}`, 'hello'), jid, maybeSentBefore: false })

const acked = { kind: 'acked', leftOutDevices: 0 }

/** [code, of a message to a group, of one to a person] */
const acks: [code: number, ofGroup: FailureType, ofPerson: FailureType][] = [
  [400, 'MessageFormRefused', 'MessageFormRefused'],
  [401, 'NotInGroup', 'RefusedByServer'],
  [403, 'NotInGroup', 'RefusedByServer'],
  [404, 'NotInGroup', 'NotOnWhatsApp'],
  [405, 'RefusedByServer', 'RefusedByServer'],
  [406, 'RefusedByServer', 'RefusedByServer'],
  [408, 'ServerRefusedForNow', 'ServerRefusedForNow'],
  [409, 'RefusedByServer', 'RefusedByServer'],
  [410, 'GroupGone', 'RefusedByServer'],
  [411, 'RefusedByServer', 'RefusedByServer'],
  [415, 'RefusedByServer', 'RefusedByServer'],
  [419, 'AccountLimited', 'AccountLimited'],
  [420, 'NotAllowedToPost', 'RefusedByServer'],
  [421, 'GroupAddressingChanged', 'MessageFormRefused'],
  [426, 'RefusedByServer', 'RefusedByServer'],
  [427, 'RefusedByServer', 'RefusedByServer'],
  [428, 'RefusedByServer', 'RefusedByServer'],
  [429, 'AccountLimited', 'AccountLimited'],
  [431, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
  [434, 'RefusedByServer', 'RefusedByServer'],
  [460, 'RefusedByServer', 'RefusedByServer'],
  [463, 'AccountTimeLocked', 'ContactRefused'],
  [470, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
  [473, 'RefusedByServer', 'RefusedByServer'],
  [475, 'AccountLimited', 'NewChatsCapped'],
  [479, 'MessageFormRefused', 'MessageFormRefused'],
  [487, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
  [499, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
  [500, 'ServerRefusedForNow', 'ServerRefusedForNow'],
  [503, 'ServerRefusedForNow', 'ServerRefusedForNow'],
  [550, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
  [552, 'RefusedForUnknownReason', 'RefusedForUnknownReason'],
]

test.each(acks)(
  'a message that is refused with %i: to a group it is %s, to a person %s; the next one is sent',
  async (code, ofGroup, ofPerson) => {
    for (const [jid, failure] of [
      [group, ofGroup],
      [person, ofPerson],
    ] as const) {
      await world.whatsapp.fault({ kind: 'refuse', code, chat: jid })
      expect(await send(jid)).toEqual({ kind: 'refused', code, failure })
      expect(await send(jid)).toEqual(acked)
    }
  },
)

test.each([
  [429, 90],
  [503, 7],
])('a refusal with %i that says how long to wait is heard: %i s', async (code, backoff) => {
  await world.whatsapp.fault({ kind: 'refuse', code, backoff, chat: group })
  const outcome = await send(group)
  const until = outcome.kind === 'refused' ? outcome.until : undefined
  const seconds = ((until?.getTime() ?? 0) - Date.now()) / 1_000
  expect(seconds).toBeGreaterThan(backoff - 5)
  expect(seconds).toBeLessThanOrEqual(backoff)
})

test.each([400, 479])(
  'after a refusal with %i the devices and the members are asked for again',
  async (code) => {
    const member = `1555100910${code % 10}`
    const { jid } = await world.whatsapp.createGroup({ subject: `A ${code}`, members: [ACCOUNT, member] })
    expect(await send(jid)).toEqual(acked)
    const queries = async () => (await world.whatsapp.metadataQueries()).byGroup[jid] ?? 0
    const before = await queries()
    await world.whatsapp.fault({ kind: 'refuse', code, chat: jid })
    await send(jid)
    // Who is asked for again gets this answer.
    await world.whatsapp.fault({ kind: 'deviceList', about: member, code: 500 })
    expect(await send(jid)).toMatchObject({ failure: 'NoUsableKeys' })
    expect(await queries()).toBe(before + 1)
  },
)

test.each([
  [400, 'RefusedByServer'],
  [401, 'NotInGroup'],
  [403, 'NotInGroup'],
  [404, 'NotInGroup'],
  [405, 'RefusedByServer'],
  [406, 'RefusedByServer'],
  [408, 'ServerRefusedForNow'],
  [409, 'ServerRefusedForNow'],
  [410, 'GroupGone'],
  [412, 'RefusedByServer'],
  [413, 'RefusedByServer'],
  [416, 'NotAllowedToPost'],
  [419, 'AccountLimited'],
  [423, 'RefusedByServer'],
  [426, 'RefusedByServer'],
  [429, 'AccountLimited'],
  [436, 'RefusedByServer'],
  [451, 'RefusedByServer'],
  [475, 'RefusedByServer'],
  [477, 'RefusedForUnknownReason'],
  [486, 'RefusedByServer'],
  [500, 'ServerRefusedForNow'],
  [501, 'RefusedForUnknownReason'],
  [503, 'ServerRefusedForNow'],
  [530, 'ServerRefusedForNow'],
  [548, 'ServerRefusedForNow'],
] as const)(
  'a question for a group that is refused with %i is %s, and nothing was sent',
  async (code, failure) => {
    const { jid } = await world.whatsapp.createGroup({ subject: `Q ${code}`, members: [ACCOUNT, PERSON] })
    await expect.poll(() => world.groupAge('office', jid)).toBeDefined()
    await world.database.query(`update account_group set fetched_at = '-infinity' where jid = $1`, [jid])
    await world.whatsapp.fault({ kind: 'metadataError', code, chat: jid })
    expect(await send(jid)).toEqual({ kind: 'refused', code, failure })
    expect(await world.whatsapp.stanzas({ chat: jid })).toEqual([])
  },
)
