import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { SendOutcome, Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000061'
const MEMBERS = 1_023
/** 400 kbit/s up, 2 s for a round trip, and one segment in ten is lost. */
const slow = {
  up: { bytesPerSecond: 50_000, latencyMs: 1_000, loss: 0.1 },
  down: { bytesPerSecond: 500_000, latencyMs: 1_000, loss: 0.1 },
}
const acked: SendOutcome = { kind: 'acked', leftOutDevices: 0 }

let world: World
let session: Session
let sends = 0
let groups = 0

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('slow', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.setNetwork()
})

/** A group to whose members the account has never written. */
async function groupOf(count: number): Promise<{ jid: string; members: string[] }> {
  const first = 15_561_000_000 + 2_000 * groups++
  const members = Array.from({ length: count }, (_, index) => String(first + index))
  const { jid } = await world.whatsapp.createGroup({
    subject: `Group ${groups}`,
    members: [ACCOUNT, ...members],
  })
  await expect.poll(async () => await world.groupAge('slow', jid), { timeout: 10_000 }).toBe('fresh')
  return { jid, members }
}

const send = async (jid: string, text: string): Promise<SendOutcome> =>
  await session.send({ ...world.text(`3EB0B${++sends}`, text), jid, maybeSentBefore: false })

test(
  'a session is opened over a slow and lossy line, and a first message to a group of 1,024 arrives once over it',
  async () => {
    const small = await groupOf(3)
    const large = await groupOf(MEMBERS)
    await session.close()
    await world.whatsapp.setNetwork(slow)
    session = await world.open('slow')
    expect(await send(small.jid, 'slowly')).toEqual(acked)
    expect(await world.read(small.members, small.jid)).toEqual(small.members.map(() => ['slowly']))
    // A thousand recipients who decrypt would only take the processor away from who sends.
    await world.whatsapp.countOnly()
    expect(await send(large.jid, 'to all')).toEqual(acked)
    expect(await world.whatsapp.stanzas({ chat: large.jid })).toHaveLength(1)
    expect(session.hasEnded()).toBe(false)
    await world.whatsapp.configure({ decrypting: true })
  },
  5 * slowMs,
)

test(
  'a line that goes dead is noticed within seconds while something is sent',
  async () => {
    await session.close()
    session = await world.open('slow')
    const { jid } = await groupOf(3)
    expect(await send(jid, 'before')).toEqual(acked)
    await world.whatsapp.setNetwork({ frozen: true })
    const startedMs = performance.now()
    expect(await send(jid, 'into the void')).toEqual({ kind: 'unknown', failure: 'ConnectionLost' })
    expect(performance.now() - startedMs).toBeLessThan(20_000)
    expect(await session.closed).toEqual({ failure: 'ConnectionLost', code: 408 })
  },
  slowMs,
)
