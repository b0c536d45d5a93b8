import { beforeEach, expect, test, vi } from 'vitest'
import { estimateEtas, type QueuedRun, type QueueFacts } from '../../../src/domain/eta.js'
import { sendingHours } from '../../../src/domain/hours/sending-hours.js'
import { etaTable, readEtaTable } from '../../../src/estimates/eta-table.js'
import { etaTableOffThread } from '../../../src/estimates/off-the-thread.js'

vi.mock(import('../../../src/domain/hours/sending-hours.js'), async (original) => {
  const actual = await original()
  return { ...actual, sendingHours: vi.fn(actual.sendingHours) }
})
const computed = vi.mocked(sendingHours)
beforeEach(() => {
  computed.mockClear()
})

const nowMs = Date.parse('2026-11-24T18:00:00Z')
const hour = 3_600_000
const windows = [
  { from: '08:00', to: '20:00' },
  { from: '09:00', to: '18:30' },
  { from: '22:00', to: '06:00' },
]
const zones = ['Africa/Nairobi', 'Europe/Berlin', 'America/New_York']

/** Runs that wait for one account, each for two days at most, in the hours of one of nine windows. */
function queue(count: number, rest: Partial<QueueFacts> = {}): QueueFacts {
  const runs = Array.from({ length: count }, (_, index): QueuedRun => ({
    id: `run-${index}`,
    state: 'waiting',
    remainingSends: 5,
    priority: index % 3,
    scheduledAt: new Date(nowMs - index * 1_000).toISOString(),
    deadlineMs: nowMs + 48 * hour,
    window: windows[index % windows.length] ?? null,
    zone: zones[Math.floor(index / windows.length) % zones.length] ?? 'UTC',
    reminder: `reminder-${index}`,
    ownLimit: null,
  }))
  return {
    nowMs,
    holder: null,
    runs,
    freeFromMs: nowMs,
    minute: { limit: 40, slotsUsed: 0, oldestSlotsMs: [] },
    day: null,
    gapMs: 400,
    inFlight: 0,
    lastAckMs: null,
    ...rest,
  }
}

test('all runs of an account are estimated in one pass, and ten times as many ask for no more hours', () => {
  const few = estimateEtas(queue(100))
  expect(few.size).toBe(100)
  const forFew = computed.mock.calls.length
  const many = estimateEtas(queue(1_000))
  expect(many.size).toBe(1_000)
  const forMany = computed.mock.calls.length - forFew
  // Nine windows, and the days on which they are looked at: not runs, and not turns.
  expect(forFew).toBeLessThanOrEqual(9 * 6)
  expect(forMany).toBeLessThanOrEqual(9 * 6)
})

test('a thread of its own says the same, and the caller goes on meanwhile', async () => {
  const facts = JSON.stringify(queue(2_000))
  let turns = 0
  const counting = setInterval(() => turns++, 1)
  const [first, second] = await Promise.all([etaTableOffThread(facts), etaTableOffThread(facts)])
  clearInterval(counting)
  expect(turns).toBeGreaterThan(0)
  const expected = estimateEtas(queue(2_000))
  expect(readEtaTable(first)).toEqual(new Map(queue(2_000).runs.map(({ id }) => [id, expected.get(id)])))
  expect(readEtaTable(second)).toEqual(readEtaTable(etaTable(facts)))
})

test('what can not be estimated fails for who asked, and not for the next one', async () => {
  await expect(etaTableOffThread('no facts')).rejects.toThrow('The estimate failed')
  expect(readEtaTable(await etaTableOffThread(JSON.stringify(queue(1))))).toHaveProperty('size', 1)
})
