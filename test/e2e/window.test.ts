import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Stanza } from '../../simulator/client.js'
import type { SendingWindow } from '../../src/domain/hours/window.js'
import { carillonStatus } from '../../src/protocol/search-attributes.js'
import { defineWith } from '../support/defining.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, ledgerOf, remind, runEnded, soon, type Reminded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const phones = { office: '15550005001', branch: '15550005002' }
const minute = 60_000
let system: System

beforeAll(async () => {
  system = await startSystem()
  // The limit leaves some of 80 messages unsent when the window closes, and lets the rest out at once when it opens.
  await system.pairAccount({ id: 'office', phone: phones.office, ratePerMinute: 60 })
  await system.pairAccount({ id: 'branch', phone: phones.branch })
})
afterAll(() => system.close())

type Closed = { window: SendingWindow; closesMs: number; opensMs: number }

/** Open at all hours but one minute, which begins in 15 s or a little later, at a full minute on the clock. */
async function closedSoon(): Promise<Closed> {
  const closesMs = Math.ceil((Date.now() + 15_000) / minute) * minute
  const opensMs = closesMs + minute
  // Earlier than this, most of what there is to send would be out.
  await delay(Math.max(0, closesMs - 25_000 - Date.now()))
  return { window: { from: clock(opensMs), to: clock(closesMs) }, closesMs, opensMs }
}

const clock = (ms: number) => new Date(ms).toISOString().slice(11, 16)

const texts = (count: number, key: string) =>
  Array.from({ length: count }, (_, part) => `${key} part ${part + 1}`)

async function stanzasOf(reminded: Reminded): Promise<Stanza[]> {
  const ids = new Set((await ledgerOf(system, reminded)).map(({ messageId }) => messageId))
  return (await system.whatsapp.stanzas()).filter(({ id }) => ids.has(id))
}

async function untilWaitingForWindow({ runId }: Reminded, { opensMs }: Closed): Promise<void> {
  await eventually(async () => {
    const { run, waitsFor } = await system.client.runs.progress(runId)
    expect({ state: run.state, waitsFor, until: run.waitsUntil?.getTime() }).toEqual({
      state: 'waiting',
      waitsFor: `window, goes on at ${clock(opensMs)} (UTC)`,
      until: opensMs,
    })
  })
}

// Side by side: each waits for a minute of the clock, with an account of its own.
test.concurrent(
  'a window that closes in mid-run stops it there, frees the account, and the run goes on when it opens',
  async () => {
    const groups = await system.createGroups({ phone: phones.office, groups: 8, members: 1 })
    const closed = await closedSoon()
    const { window, closesMs, opensMs } = closed
    const reminded = await defineWith(system, {
      key: 'over-the-gap',
      account: 'office',
      groups,
      texts: texts(10, 'over-the-gap'),
      at: soon(),
      policies: { window },
    })
    await untilWaitingForWindow(reminded, closed)
    // Temporal says so too, a moment later: to who looks there, and to who searches.
    await eventually(async () => {
      const description = await system.temporal.workflow.getHandle(reminded.runId).describe()
      expect(description.typedSearchAttributes.get(carillonStatus)).toBe('waiting')
    })
    const waiting = await system.client.runs.progress(reminded.runId)
    expect(waiting.sends.acked).toBeGreaterThan(0)
    expect(waiting.sends.pending).toBeGreaterThan(0)
    // What is left may fit into the limit of the first moment.
    expect(waiting.finishesAt?.getTime()).toBeGreaterThanOrEqual(opensMs)

    // The lock is free: another reminder of the account goes out while the window of this one is closed.
    const other = await remind(system, {
      key: 'in-the-gap',
      account: 'office',
      groups: await system.createGroups({ phone: phones.office, groups: 1, members: 1 }),
      texts: ['in the gap'],
    })
    expect(await runEnded(system, other)).toBe('completed')
    const [between] = await stanzasOf(other)
    expect(between?.acceptedAt).toBeLessThan(opensMs)

    await eventually(
      async () => expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('completed'),
      { timeoutMs: 4 * minute },
    )
    const times = (await stanzasOf(reminded)).map(({ acceptedAt }) => acceptedAt)
    expect(times).toHaveLength(80)
    expect(times.filter((ms) => ms >= closesMs && ms < opensMs)).toEqual([])
    expect(times.filter((ms) => ms < closesMs).length).toBe(waiting.sends.acked)
    expect((await stanzasOf(reminded)).filter(({ duplicate }) => duplicate)).toEqual([])
    await expectDeliveredOnce(system, reminded)
  },
  480_000,
)

test.concurrent(
  'a message whose acknowledgement was lost is not sent again before the window opens',
  async () => {
    const groups = await system.createGroups({ phone: phones.branch, groups: 1, members: 1 })
    const closed = await closedSoon()
    const { window, closesMs, opensMs } = closed
    await system.whatsapp.fault({ kind: 'dropAck', account: phones.branch, count: 1 })
    const reminded = await defineWith(system, {
      key: 'uncertain',
      account: 'branch',
      groups,
      texts: ['uncertain'],
      at: soon(),
      policies: { window },
    })
    await eventually(async () => expect(await stanzasOf(reminded)).toHaveLength(1))
    await untilWaitingForWindow(reminded, closed)
    expect(await stanzasOf(reminded)).toHaveLength(1)
    await expectDeliveredOnce(system, reminded)
    const times = (await stanzasOf(reminded)).map(({ acceptedAt }) => acceptedAt)
    expect(times).toHaveLength(2)
    expect(times[0]).toBeLessThan(closesMs)
    expect(times[1]).toBeGreaterThanOrEqual(opensMs)
  },
)
