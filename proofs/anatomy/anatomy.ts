import { runWorkflowId } from '../../src/domain/ids.js'
import { pause } from '../../src/pause.js'
import { spellInstant } from '../../src/domain/hours/zone.js'
import { startBareProgram } from '../shared/bare-program.js'
import { accountId, createOneAccount, groupJid } from '../shared/one-account.js'
import type { Program } from '../shared/program.js'
import { untilRemindersEnded, wholeSecondFromNow } from '../shared/reminding.js'
import { byName, msForEach, processorSecondsOf } from '../shared/processor-time.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import {
  countStatements,
  statementsSince,
  totalOf,
  type StatementCounts,
} from '../shared/count-statements.js'
import { countEvents, eventsSince, sumOf, type EventCounts } from './histories.js'
import type { AnatomyOptions } from './options.js'
import type { Anatomy, ProcessorTime } from './report.js'

const patienceMs = 300_000
const turns = 3
/** Long enough for one to be over before the next is due. */
const apartMs = 1_000
const leadMs = 2_000
/** What one takes to create, at most. */
const createMs = 100
const settleMs = 300
const idleMs = 10_000
const text = 'The library is open until six'

type Scene = {
  system: CampaignSystem
  statements: () => Promise<StatementCounts>
  signal: AbortSignal
}

export async function runAnatomy(
  system: CampaignSystem,
  {
    options: { reminders, groups, isCounted },
    inspectorPort,
    say,
    signal,
  }: {
    options: Pick<AnatomyOptions, 'reminders' | 'groups' | 'isCounted'>
    inspectorPort: number
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<Anatomy> {
  const { client } = system
  say(`Making ${groups} groups and linking the accounts`)
  await createOneAccount(system, { groups })
  const statements = async () => await countStatements(inspectorPort)
  const scene: Scene = { system, statements, signal }
  await remind(scene, { key: 'warm', count: 3 })

  say('What a reminder of one target and one part is made of')
  const eventsBefore = await countEvents(client.temporal)
  const count = Math.min(reminders, 10)
  const always = await statementsOfIdle(scene)
  const perReminder = await dissect(scene, count, always)
  const events = scaled(eventsSince(eventsBefore, await countEvents(client.temporal)), 1 / count)

  const processor = isCounted ? undefined : await measureProcessor(scene, { reminders, say })
  say(`A fan-out to ${groups} groups`)
  const fanOut = await measureFanOut(scene, { groups, always })
  return { events, statements: perReminder, processor, ...fanOut }
}

async function startBare(system: CampaignSystem): Promise<Program> {
  const { databaseUrl, temporalAddress } = system.client.addresses
  const program = await startBareProgram(system, {
    program: 'proofs/anatomy/bare-main.js',
    args: [databaseUrl, temporalAddress],
  })
  await program.line((line) => line === 'bare worker polls')
  return program
}

/** Time to create them in, and then one after the other. */
function dueTimes(count: number): string[] {
  const firstMs = Date.parse(wholeSecondFromNow(leadMs + createMs * count))
  return Array.from({ length: count }, (_, index) => spellInstant(new Date(firstMs + index * apartMs)))
}

async function create(
  { system }: Scene,
  input: { key: string; at: string; to: string; deliverWithin?: string },
): Promise<void> {
  await system.client.reminders.create({ account: accountId, text, zone: 'UTC', ...input })
}

/** One after the other, each done before the next is due. */
async function remind(scene: Scene, { key, count }: { key: string; count: number }): Promise<void> {
  for (const [index, at] of dueTimes(count).entries())
    await create(scene, { key: `${key}-${index}`, at, to: groupJid(0) })
  await untilEnded(scene, key, count)
}

/** Shortly before it is due: it is created, and has not begun. */
async function untilAlmost(at: string, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, Date.parse(at) - settleMs - Date.now()), signal)
}

async function untilEnded({ system, signal }: Scene, key: string, count: number): Promise<void> {
  await untilRemindersEnded(system, { key, count, timeoutMs: patienceMs, signal })
  await pause(settleMs, signal)
}

async function remindBare({ system }: Scene, { key, count }: { key: string; count: number }): Promise<void> {
  const { temporal } = system.client
  const handles = []
  for (const [index, at] of dueTimes(count).entries())
    handles.push(
      await temporal.workflow.start('bareReminder', {
        workflowId: `bare-${key}-${index}`,
        taskQueue: 'bare',
        args: [{ dueMs: Date.parse(at), jid: groupJid(0), text }],
      }),
    )
  await Promise.all(handles.map(async (handle) => await handle.result()))
}

/** Statements that are made when nothing happens. */
async function statementsOfIdle(scene: Scene): Promise<ReadonlySet<string>> {
  const before = await scene.statements()
  await pause(idleMs, scene.signal)
  return new Set(Object.keys(statementsSince(before, await scene.statements())))
}

function without(counts: StatementCounts, always: ReadonlySet<string>): StatementCounts {
  return Object.fromEntries(Object.entries(counts).filter(([statement]) => !always.has(statement)))
}

/** The statements of each reminder, from shortly before it is due; the median one, without what is made in any case. */
async function dissect(scene: Scene, count: number, always: ReadonlySet<string>): Promise<StatementCounts> {
  const found: StatementCounts[] = []
  for (let index = 0; index < count; index++) {
    const key = `part-${index}`
    const at = wholeSecondFromNow(leadMs)
    await create(scene, { key: `${key}-0`, at, to: groupJid(0) })
    await untilAlmost(at, scene.signal)
    const before = await scene.statements()
    await untilEnded(scene, key, 1)
    found.push(without(statementsSince(before, await scene.statements()), always))
  }
  const inOrder = found.toSorted((a, b) => totalOf(a) - totalOf(b))
  const median = inOrder[Math.floor((inOrder.length - 1) / 2)]
  if (!median) throw new Error('no reminder was taken apart')
  return median
}

function scaled(counts: EventCounts, by: number): EventCounts {
  return Object.fromEntries(
    Object.entries(counts).map(([type, events]) => [
      type,
      Object.fromEntries(Object.entries(events).map(([event, times]) => [event, times * by])),
    ]),
  )
}

async function measureProcessor(
  scene: Scene,
  { reminders, say }: { reminders: number; say: (text: string) => void },
): Promise<Record<Side, ProcessorTime>> {
  const bare = await startBare(scene.system)
  const sides: Sides = { scene, bare }
  try {
    await remindBare(scene, { key: 'warm', count: 3 })
    say('What the system takes when nothing happens')
    const idle = await idleRate(sides)
    const times = { own: noTime, bare: noTime }
    for (let turn = 1; turn <= turns; turn++) {
      scene.signal.throwIfAborted()
      say(`Turn ${turn} of ${turns}: ${reminders} bare workflows, ${reminders} reminders`)
      const bareTook = await busyFor(sides, idle.bare, 'bare', async () =>
        remindBare(scene, { key: `bare-${turn}`, count: reminders }),
      )
      times.bare = byName(times.bare, bareTook, (sum, took) => sum + took)
      const ownTook = await busyFor(sides, idle.own, 'own', async () =>
        remind(scene, { key: `turn-${turn}`, count: reminders }),
      )
      times.own = byName(times.own, ownTook, (sum, took) => sum + took)
    }
    const msOf = (took: ProcessorTime) => msForEach(noTime, took, turns * reminders)
    return { own: msOf(times.own), bare: msOf(times.bare) }
  } finally {
    bare.signal('SIGKILL')
    await bare.exited
  }
}

/** Both are up the whole time. */
type Sides = { scene: Scene; bare: Program }

type Side = 'own' | 'bare'

const noTime: ProcessorTime = { worker: 0, temporal: 0, postgres: 0 }

/** Seconds of the processor so far; the worker is the side's. */
function processorTime({ scene: { system }, bare }: Sides, side: Side): ProcessorTime {
  return processorSecondsOf({
    worker: side === 'own' ? system.workers[0]?.pid : bare.pid,
    temporal: system.temporal.pid,
    postgres: system.postgres.pid,
  })
}

/** What it takes a second when nothing happens, for either side. */
async function idleRate(sides: Sides): Promise<Record<Side, ProcessorTime>> {
  const before = { own: processorTime(sides, 'own'), bare: processorTime(sides, 'bare') }
  await pause(idleMs, sides.scene.signal)
  const rate = (side: Side) =>
    byName(processorTime(sides, side), before[side], (now, then) => (1_000 * (now - then)) / idleMs)
  return { own: rate('own'), bare: rate('bare') }
}

/** Seconds of the processor that the work took, without what would have been taken anyway. */
async function busyFor(
  sides: Sides,
  idle: ProcessorTime,
  side: Side,
  work: () => Promise<void>,
): Promise<ProcessorTime> {
  const begunMs = Date.now()
  const before = processorTime(sides, side)
  await work()
  const took = byName(processorTime(sides, side), before, (now, then) => now - then)
  const seconds = (Date.now() - begunMs) / 1_000
  return byName(took, idle, (all, rate) => Math.max(0, all - rate * seconds))
}

async function measureFanOut(
  scene: Scene,
  { groups, always }: { groups: number; always: ReadonlySet<string> },
): Promise<Pick<Anatomy, 'eventsPerTarget' | 'statementsPerMessage' | 'fanOutEvents' | 'fanOutStatements'>> {
  const { client } = scene.system
  // It takes long where there are many: before it is created, so that none of its events is missed.
  const eventsBefore = await countEvents(client.temporal)
  const at = wholeSecondFromNow(leadMs)
  await create(scene, { key: 'fan-out-0', at, to: 'all groups', deliverWithin: '24h' })
  await untilAlmost(at, scene.signal)
  const before = await scene.statements()
  if (Date.now() >= Date.parse(at)) throw new Error('the fan-out was due before its statements were counted')
  await untilEnded(scene, 'fan-out', 1)
  const { run } = await client.runs.progress(runWorkflowId(operator, 'fan-out-0', at))
  if (run.state !== 'completed') throw new Error(`the fan-out ended ${run.state}`)
  const statements = without(statementsSince(before, await scene.statements()), always)
  const events = eventsSince(eventsBefore, await countEvents(client.temporal))
  return {
    eventsPerTarget: sumOf(events) / groups,
    statementsPerMessage: totalOf(statements) / groups,
    fanOutEvents: scaled(events, 1 / groups),
    fanOutStatements: Object.fromEntries(
      Object.entries(statements).map(([statement, times]) => [statement, times / groups]),
    ),
  }
}
