import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TargetOutcome } from '../../src/protocol/payloads.js'
import { progressQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { startRun, startWaitingWorld, type StartedRun, type WaitingWorld } from './support/waiting-world.js'

const minute = 60_000
const hour = 60 * minute

let world: WaitingWorld
const delivered: number[] = []
/** By the server's clock. */
let lastMs = 0
let tries = 0

beforeAll(async () => {
  world = await startWaitingWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  const { ledger } = world
  for (const list of [ledger.runStates, ledger.asked, ledger.granted]) list.length = 0
  ledger.holders.clear()
  ledger.targets = 4
  delivered.length = 0
  tries = 0
})

/** Targets 0 and 2 are people, whom WhatsApp lets the account write to from then on. */
function peopleFrom(untilMs: () => number): void {
  world.onDeliver(async (runId, ordinal): Promise<TargetOutcome> => {
    tries += 1
    const isPerson = ordinal === 0 || ordinal === 2
    if (isPerson && (await world.nowMs()) < untilMs())
      return { kind: 'held', until: new Date(untilMs()).toISOString() }
    delivered.push(ordinal)
    lastMs = await world.nowMs()
    world.ledger.noteDelivered(runId)
    return { kind: 'delivered' }
  })
}

async function start(dedupeKey: string, withinMs = 20 * hour): Promise<StartedRun> {
  return await startRun(world, { dedupeKey, nowMs: await world.nowMs(), withinMs, groupConcurrency: 1 })
}

test('people whom WhatsApp takes no messages to wait without the lock, and the groups of the run are done before', async () => {
  const untilMs = (await world.nowMs()) + 30 * minute
  peopleFrom(() => untilMs)
  const run = await start('people-wait')
  const until = new Date(untilMs).toISOString()
  const waiting = {
    state: 'waiting',
    waitsFor: `WhatsApp, which takes no messages to people from this account until ${until}`,
    waitsUntil: until,
  }
  await eventually(async () => expect(await run.query(progressQuery)).toMatchObject(waiting))
  await eventually(() => expect(world.ledger.holders.size).toBe(0))
  expect(delivered).toEqual([1, 3])
  expect(await run.result()).toMatchObject({ state: 'completed', counts: { delivered: 4 } })
  expect(delivered).toEqual([1, 3, 0, 2])
  expect(tries).toBe(6) // the four, and the two again
  expect(world.ledger.granted).toEqual([run.workflowId, run.workflowId])
})

test('a restriction that is lifted sooner is seen within an hour, and one that is longer is waited for', async () => {
  const startMs = await world.nowMs()
  let untilMs = startMs + 9 * hour
  peopleFrom(() => untilMs)
  const run = await start('lifted')
  await eventually(() => expect(delivered).toEqual([1, 3]))
  untilMs = startMs + 10 * minute
  await run.result()
  expect(delivered).toEqual([1, 3, 0, 2])
  expect(lastMs - startMs).toBeLessThan(2 * hour)
})

test('what is deferred until after the deadline expires with it', async () => {
  const nowMs = await world.nowMs()
  peopleFrom(() => nowMs + 9 * hour)
  const run = await start('too-late', 3 * hour)
  expect(await run.result()).toMatchObject({ state: 'partial' })
  expect(delivered).toEqual([1, 3])
  // Each once, and one of the two people about once an hour after that.
  expect(tries).toBeGreaterThanOrEqual(4 + 2)
  expect(tries).toBeLessThanOrEqual(4 + 3)
})
