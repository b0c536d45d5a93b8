import { numbers } from '../../src/store/encryption/sealed-value.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FaultInput } from '../../simulator/client.js'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

// Baileys #2521: the keys of one device that WhatsApp refuses fail the message to the whole group.

const ACCOUNT = '15550000061'
const OWN_COMPANION = 60

let world: World
let session: Session
let sends = 0
let people = 15_551_006_000

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('keys', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
  await world.whatsapp.setCompanions({ phone: ACCOUNT, devices: [] })
  await world.whatsapp.configure({ retryReceipts: false })
  await reopen()
}, slowMs)

const person = () => String(people++)
const direct = (phone: string) => `${phone}@s.whatsapp.net`

async function group(
  members: string[],
  { addressing = 'lid' }: { addressing?: 'lid' | 'pn' } = {},
): Promise<string> {
  const { jid } = await world.whatsapp.createGroup({
    subject: 'Keys',
    members: [ACCOUNT, ...members],
    addressing,
  })
  return jid
}

const send = (jid: string, text: string): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0K${++sends}`, text), jid, maybeSentBefore: false })

const acked = (leftOutDevices: number): SendOutcome => ({ kind: 'acked', leftOutDevices })

/** The devices are asked for anew, as after some time, and so are the keys of those that were left out. */
async function reopen(): Promise<void> {
  await session.close()
  session = await world.open('keys')
}

type Keys = Extract<FaultInput, { kind: 'deviceKeys' }>
const keys = (about: string, fault: Pick<Keys, 'how' | 'code'>): Keys => ({
  kind: 'deviceKeys',
  about,
  count: 'until-cleared',
  ...fault,
})

const bad: Pick<Keys, 'how' | 'code'>[] = [
  { how: 'error', code: 406 },
  { how: 'error', code: 404 },
  { how: 'error', code: 429 },
  { how: 'error', code: 500 },
  { how: 'absent' },
  { how: 'emptyKey' },
  { how: 'noSignedKey' },
  { how: 'noIdentity' },
  { how: 'shortIdentity' },
  { how: 'noRegistration' },
  { how: 'whole', code: 406 },
]

describe.each(bad)('a device whose keys are $how $code', (fault) => {
  test(
    'in a group is left out alone, counted, and reads the next message once its keys are good',
    async () => {
      const [ann, ben, cat] = [person(), person(), person()]
      const jid = await group([ann, ben, cat])
      await world.whatsapp.fault(keys(ben, fault))
      expect(await send(jid, 'one')).toEqual(acked(1))
      expect(await send(jid, 'two')).toEqual(acked(1))
      expect(await world.read([ann, ben, cat], jid)).toEqual([['one', 'two'], [], ['one', 'two']])
      await world.whatsapp.clearFaults()
      await reopen()
      expect(await send(jid, 'three')).toEqual(acked(0))
      expect(await world.read([ben], jid)).toEqual([['three']])
    },
    slowMs,
  )

  test(
    'that is the only new one in a group does not stop the message for those who have the key',
    async () => {
      const [ann, late] = [person(), person()]
      const jid = await group([ann])
      expect(await send(jid, 'before')).toEqual(acked(0))
      await world.whatsapp.fault(keys(late, fault))
      await world.whatsapp.addMembers({ jid, members: [late] })
      await expect.poll(async () => await world.groupAge('keys', jid)).toBe('marked')
      expect(await send(jid, 'after')).toEqual(acked(1))
      expect(await world.read([ann, late], jid)).toEqual([['before', 'after'], []])
    },
    slowMs,
  )

  test(
    'of our own does not stop a message to a person or a group',
    async () => {
      const ann = person()
      await world.whatsapp.setCompanions({ phone: ACCOUNT, devices: [OWN_COMPANION] })
      await world.whatsapp.fault(keys(`${ACCOUNT}:${OWN_COMPANION}`, fault))
      await reopen()
      await world.whatsapp.createPeople([ann])
      expect(await send(direct(ann), 'to one')).toEqual(acked(1))
      const jid = await group([ann])
      expect(await send(jid, 'to all')).toEqual(acked(1))
      expect(await world.read([ann], direct(ann))).toEqual([['to one']])
      expect(await world.read([ann], jid)).toEqual([['to all']])
    },
    slowMs,
  )

  test(
    'that is the only one of a person fails this message alone, by its own name',
    async () => {
      const [ann, ben] = [person(), person()]
      await world.whatsapp.createPeople([ann, ben])
      await world.whatsapp.fault(keys(ann, fault))
      const toAnn = send(direct(ann), 'held')
      expect(await send(direct(ben), 'meanwhile')).toEqual(acked(0))
      expect(await toAnn).toEqual({ kind: 'refused', code: undefined, failure: 'NoUsableKeys' })
      await world.whatsapp.clearFaults()
      expect(await send(direct(ann), 'later')).toEqual(acked(0))
      expect(await world.read([ann, ben], direct(ann))).toEqual([['later'], []])
    },
    slowMs,
  )
})

test(
  'a companion reads what its phone reads, and one without keys is counted while the phone reads on',
  async () => {
    const ann = person()
    await world.whatsapp.setCompanions({ phone: ann, devices: [1, 2] })
    const jid = await group([ann])
    await world.whatsapp.fault(keys(`${ann}:2`, { how: 'error', code: 406 }))
    expect(await send(jid, 'to all')).toEqual(acked(1))
    expect(await send(direct(ann), 'to one')).toEqual(acked(1))
    expect(await world.read([ann, `${ann}:1`, `${ann}:2`], jid)).toEqual([['to all'], ['to all'], []])
    expect(await world.read([ann, `${ann}:1`, `${ann}:2`], direct(ann))).toEqual([['to one'], ['to one'], []])
  },
  slowMs,
)

test(
  'our own companions read what we send',
  async () => {
    const ann = person()
    const companion = `${ACCOUNT}:${OWN_COMPANION}`
    await world.whatsapp.setCompanions({ phone: ACCOUNT, devices: [OWN_COMPANION] })
    await reopen()
    const jid = await group([ann])
    expect(await send(jid, 'to all')).toEqual(acked(0))
    expect(await send(direct(ann), 'to one')).toEqual(acked(0))
    expect(await world.read([companion], jid)).toEqual([['to all']])
    expect(await world.read([companion], direct(ann))).toEqual([['to one']])
  },
  slowMs,
)

test.each([404, 406, 500])(
  'a member whose devices WhatsApp does not tell (%i) is left out alone',
  async (code) => {
    const [ann, ben] = [person(), person()]
    const jid = await group([ann, ben])
    await world.whatsapp.fault({ kind: 'deviceList', about: ben, code, count: 'until-cleared' })
    expect(await send(jid, 'one')).toEqual(acked(1))
    expect(await send(direct(ben), 'to one')).toMatchObject({ kind: 'refused', failure: 'NoUsableKeys' })
    expect(await world.read([ann, ben], jid)).toEqual([['one'], []])
    await world.whatsapp.clearFaults()
    expect(await send(direct(ben), 'to one')).toEqual(acked(0))
    expect(await world.read([ben], direct(ben))).toEqual([['to one']])
  },
  slowMs,
)

test(
  'of seven members of whom five have no LID, seven read',
  async () => {
    const withoutLid = Array.from({ length: 5 }, person)
    const members = [person(), person(), ...withoutLid]
    await world.whatsapp.createPeople(withoutLid, { withLid: false })
    const jid = await group(members, { addressing: 'pn' })
    expect(await send(jid, 'one')).toEqual(acked(0))
    expect(await send(jid, 'two')).toEqual(acked(0))
    expect(await send(direct(withoutLid[0] ?? ''), 'to one')).toEqual(acked(0))
    expect(await world.read(members, jid)).toEqual(members.map(() => ['one', 'two']))
  },
  slowMs,
)

test(
  'where nobody of a group can be encrypted for, nothing is sent, and it is named',
  async () => {
    const ann = person()
    const jid = await group([ann])
    await world.whatsapp.fault(keys(ann, { how: 'error', code: 406 }))
    expect(await send(jid, 'nobody')).toEqual({ kind: 'refused', code: undefined, failure: 'NoUsableKeys' })
    expect(await world.whatsapp.stanzas({ chat: jid })).toEqual([])
  },
  slowMs,
)

test(
  'a device that was left out gets the message by its retry receipt',
  async () => {
    const [ann, ben] = [person(), person()]
    const jid = await group([ann, ben])
    await world.whatsapp.configure({ retryReceipts: true })
    await world.whatsapp.fault({ ...keys(ben, { how: 'error', code: 406 }), count: 1 })
    expect(await send(jid, 'asked for')).toEqual(acked(1))
    await expect.poll(() => world.asked.length, { timeout: 20_000 }).toBe(1)
    expect(await world.sendCopies(session)).toEqual([{ kind: 'acked' }])
    expect(await world.read([ann, ben], jid)).toEqual([['asked for'], ['asked for']])
  },
  slowMs,
)

/** Its chain is gone, as after a write that another program broke: libsignal can't encrypt with it. */
async function breakSessions(): Promise<void> {
  await session.close()
  const { rows } = await world.database.query<{ id: string; value: Buffer }>(
    "select id, sealed as value from auth_key where account_id = 'keys' and category = 'session'",
  )
  for (const { id, value } of rows) {
    const context = ['keys', 'session', id]
    const json = world.ring.open(value, context).toString()
    const broken = json
      .replaceAll(/"rootKey":"[^"]*"/g, '"rootKey":""')
      .replaceAll(/"_chains":\{/g, '"_chains":{},"was":{')
    expect(broken).not.toBe(json)
    await world.database.query(
      "update auth_key set sealed = $2 where account_id = 'keys' and category = 'session' and id = $1",
      [numbers(id), world.ring.seal(Buffer.from(broken), context)],
    )
  }
  session = await world.open('keys')
}

test(
  'a session that nothing can be encrypted with is begun anew, and a message says whom it left out',
  async () => {
    const [ann, ben] = [person(), person()]
    const jid = await group([ann, ben])
    expect(await send(direct(ann), 'before')).toEqual(acked(0))
    expect(await send(direct(ben), 'before')).toEqual(acked(0))
    await breakSessions()
    expect(await send(direct(ann), 'after')).toEqual(acked(0))
    expect(await send(jid, 'one')).toEqual(acked(1)) // Ben; that with Ann is new already
    expect(await send(jid, 'two')).toEqual(acked(0))
    expect(await world.read([ann], direct(ann))).toEqual([['before', 'after']])
    expect(await world.read([ann, ben], jid)).toEqual([['one', 'two'], ['two']])
  },
  slowMs,
)

test('what was logged meanwhile has no JID or number in it', () => {
  expect(world.logs.map(({ msg }) => msg)).toContain('devices without usable keys')
  expect(JSON.stringify(world.logs)).not.toMatch(/@s\.whatsapp\.net|@g\.us|@lid|1555\d{7}/)
})
