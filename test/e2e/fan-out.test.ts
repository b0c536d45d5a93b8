import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compare } from '../../proofs/fan-out/wire.js'
import { lookAtHistories } from '../../proofs/fan-out/histories.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { soon } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const phone = '15550009501'
const size = 200
// A busy machine with two slow cores; nothing passes or fails by being fast.
const patienceMs = 600_000
// The run goes on as new after at most so many targets (`pageSize` in src/workflows/run/run.ts), and sooner at 4,096 events.
const targetsOfPage = 500

let system: System
let jids: string[]
let runId: string

beforeAll(async () => {
  system = await startSystem()
  await system.whatsapp.countOnly()
  await system.whatsapp.createAccount({ phone })
  // They share two members: what a member costs is not what is tested.
  jids = Array.from({ length: size }, (_, index) => `1203634${String(index).padStart(11, '0')}@g.us`)
  for (const jid of jids)
    await system.whatsapp.createGroup({
      jid,
      subject: 'Class',
      members: [phone, '15552950001', '15552950002'],
    })
  await system.pairAccount({ id: 'large', phone, ratePerMinute: 100_000 })
  await eventually(async () => expect(await system.client.groups.list('large')).toHaveLength(size))
  const at = soon()
  await system.client.reminders.create({
    key: 'fan-out',
    account: 'large',
    to: 'all groups',
    parts: [
      { text: 'Class trip on Friday' },
      { image: join(projectRoot(), 'examples/class-trip.jpg'), caption: 'The trip' },
    ],
    at,
    zone: 'UTC',
    groupConcurrency: 20,
  })
  runId = runWorkflowId(system.operator, 'fan-out', at)
  await eventually(
    async () => expect((await system.client.runs.progress(runId)).run.state).toBe('completed'),
    { timeoutMs: patienceMs, intervalMs: 500 },
  )
}, patienceMs)
afterAll(() => system.close())

test('each of 200 groups got the text and then the image, each once', async () => {
  const chats = await system.whatsapp.chats()
  expect(chats.toSorted((a, b) => a.chat.localeCompare(b.chat))).toEqual(
    jids.map((chat) => ({ account: phone, chat, stanzas: 2, messages: 2 })),
  )
  const { rows } = await system.database.query<{ chat: string; id: string; part: number; state: string }>(
    `select t.jid as chat, s.message_id as id, s.part, s.state from send s join target t using (run_id, ordinal)
     where run_id = $1`,
    [runId],
  )
  expect(rows).toHaveLength(2 * size)
  expect(rows.filter(({ state }) => state !== 'acked')).toEqual([])
  const stanzas = await system.whatsapp.stanzas({ account: phone })
  expect(compare(stanzas, rows)).toMatchObject({ messages: 2 * size, duplicates: 0, lost: 0, unexpected: 0 })
  const partOf = new Map(rows.map(({ chat, id, part }) => [`${chat} ${id}`, part]))
  for (const jid of jids)
    expect(
      stanzas.filter(({ chat }) => chat === jid).map(({ chat, id }) => partOf.get(`${chat} ${id}`)),
    ).toEqual([0, 1])
})

test('the image was uploaded once, and no group was asked for its members', async () => {
  expect(await system.whatsapp.uploads()).toMatchObject({ count: 1, refused: 0 })
  expect((await system.whatsapp.metadataQueries()).byGroup).toEqual({})
})

test('no history is near 10,000 events, nor would be with a full page of targets', async () => {
  const { longest, longestOfRun, executions } = await lookAtHistories(system.temporal, runId)
  expect(executions).toBeGreaterThan(size)
  expect(longest).toEqual({ workflowType: 'run', events: longestOfRun })
  // So much for each target, and a start and an end that a larger run has no more of.
  expect((longestOfRun / size) * targetsOfPage).toBeLessThan(10_000)
})
