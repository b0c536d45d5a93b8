import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { FaultInput } from '../../simulator/client.js'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000041'

let world: World
let session: Session
let sends = 0
let people = 15_551_004_000

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('asker', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
})

async function group(): Promise<{ jid: string; member: string }> {
  const member = String(people++)
  const { jid } = await world.whatsapp.createGroup({ subject: `Of ${member}`, members: [ACCOUNT, member] })
  await expect.poll(async () => await world.groupAge('asker', jid)).toBe('fresh')
  return { jid, member }
}

const send = (jid: string, text: string): Promise<SendOutcome> =>
  session.send({ ...world.text(`3EB0A${++sends}`, text), jid, maybeSentBefore: false })

const hits = async (kind: FaultInput['kind']): Promise<number> =>
  (await world.whatsapp.faults()).find((fault) => fault.kind === kind)?.hits ?? 0

type Case = { what: string; fault: (group: { jid: string; member: string }) => FaultInput }
const count = 'until-cleared'
const cases: Case[] = [
  { what: 'members of a group', fault: ({ jid }) => ({ kind: 'metadataSilence', chat: jid, count }) },
  {
    what: 'devices of its members',
    fault: ({ member }) => ({ kind: 'querySilence', asks: 'devices', about: member, count }),
  },
  {
    what: 'keys of its members',
    fault: ({ member }) => ({ kind: 'querySilence', asks: 'keys', about: member, count }),
  },
]

test.each(cases)(
  'messages to other chats go out while a query for the $what is never answered',
  async ({ what, fault }) => {
    const silent = await group()
    const other = await group()
    await send(other.jid, 'before')
    if (what === 'members of a group') {
      await world.whatsapp.addMembers({ jid: silent.jid, members: [String(people++)] })
      await expect.poll(async () => await world.groupAge('asker', silent.jid)).toBe('marked')
    }
    const asked = fault(silent)
    await world.whatsapp.fault(asked)
    const unanswered = send(silent.jid, 'held')
    const held = unanswered.then(
      () => 'the silent one',
      () => 'the silent one',
    )
    await expect.poll(async () => await hits(asked.kind)).toBeGreaterThan(0)
    const toOthers = Promise.all([
      send(other.jid, 'meanwhile'),
      send(`${other.member}@s.whatsapp.net`, 'to one'),
    ])
    expect(await Promise.race([held, toOthers])).toEqual([
      { kind: 'acked', leftOutDevices: 0 },
      { kind: 'acked', leftOutDevices: 0 },
    ])
    await held
    // Nothing is said of the group or the account: the connection is what is doubted.
    await expect(unanswered).rejects.toMatchObject({ failure: 'ConnectionLost', code: undefined })
    await world.whatsapp.clearFaults()
    expect(await send(silent.jid, 'after')).toEqual({ kind: 'acked', leftOutDevices: 0 })
    expect(await world.read([silent.member, other.member], silent.jid)).toEqual([['after'], []])
  },
  slowMs,
)

test(
  'a message to a person waits alone, too, while nobody answers for their devices',
  async () => {
    const other = await group()
    const silent = String(people++)
    await world.whatsapp.createPeople([silent])
    await world.whatsapp.fault({ kind: 'querySilence', asks: 'devices', about: silent, count })
    const held = send(`${silent}@s.whatsapp.net`, 'held').then(
      () => 'the silent one',
      () => 'the silent one',
    )
    await expect.poll(async () => await hits('querySilence')).toBeGreaterThan(0)
    expect(await Promise.race([held, send(other.jid, 'meanwhile')])).toEqual({
      kind: 'acked',
      leftOutDevices: 0,
    })
    await held
  },
  slowMs,
)
