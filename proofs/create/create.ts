import { firstTaskForEachMs } from '../../src/client/reminders/many/create.js'
import type { ReminderInput } from '../../src/client/input/schema/reminder.js'
import { pause } from '../../src/pause.js'
import { accountId, createOneAccount, groupJid } from '../shared/one-account.js'
import { msForEach, processorSecondsOf } from '../shared/processor-time.js'
import { countOpenReminders } from '../shared/reminding.js'
import type { CampaignSystem } from '../shared/system.js'
import type { CreateOptions } from './options.js'

const groups = 5
const patienceMs = 300_000
const calmMs = 3_000

/** Of one turn: creates a second, and ms of the processor for each until the answer. */
export type Turn = { single: number; many: number; again: number; cpuMs: Cpu; cpuMsInAll: Cpu }
export type Cpu = { temporal: number; postgres: number; worker: number; client: number }

export type Created = {
  turns: Turn[]
  /** Of all that were created: in Postgres, and open in Temporal. */
  expected: number
  rows: number
  workflows: number
}

export async function measureCreates(
  system: CampaignSystem,
  { options, say, signal }: { options: CreateOptions; say: (text: string) => void; signal: AbortSignal },
): Promise<Created> {
  const { many, single, turns: turnCount } = options
  const { reminders } = system.client
  await createOneAccount(system, { groups })
  say('Warming up')
  await one(system, list('warm', 50))
  await reminders.createMany(list('warm-many', 50))
  await untilCalm(50, signal)

  const turns: Turn[] = []
  for (let turn = 1; turn <= turnCount; turn++) {
    signal.throwIfAborted()
    say(`Turn ${turn} of ${turnCount}: ${single} one by one, ${many} in one call`)
    const singleRate = await rateOf(single, async () => await one(system, list(`single-${turn}`, single)))
    await pause(calmMs, signal)
    const inputs = list(`many-${turn}`, many)
    const before = processorTime(system)
    const manyRate = await rateOf(many, async () =>
      expectAll(await reminders.createMany(inputs), 'created', many),
    )
    const answered = processorTime(system)
    await untilCalm(many, signal)
    const settled = processorTime(system)
    const again = await rateOf(many, async () =>
      expectAll(await reminders.createMany(inputs), 'exists', many),
    )
    turns.push({
      single: singleRate,
      many: manyRate,
      again,
      cpuMs: msForEach(before, answered, many),
      cpuMsInAll: msForEach(before, settled, many),
    })
    await pause(calmMs, signal)
  }
  const expected = 100 + turnCount * (single + many)
  const { reminders: rows, workflows } = await countOpenReminders(system, expected)
  return { turns, expected, rows, workflows }
}

/** The first steps of so many that were created in one call have been taken. */
async function untilCalm(many: number, signal: AbortSignal): Promise<void> {
  await pause(firstTaskForEachMs * many + 2 * calmMs, signal)
}

/** Due in years: nothing fires meanwhile. */
function list(name: string, count: number): ReminderInput[] {
  return Array.from({ length: count }, (_, index) => ({
    key: `${name}-${index}`,
    account: accountId,
    to: groupJid(index % groups),
    text: `The library is open until six (${name} ${index})`,
    at: '2030-01-01T09:00',
    zone: 'UTC',
  }))
}

async function one({ client }: CampaignSystem, inputs: ReminderInput[]): Promise<void> {
  for (const input of inputs) await client.reminders.create(input, { timeoutMs: patienceMs })
}

type Result = Awaited<ReturnType<CampaignSystem['client']['reminders']['createMany']>>

function expectAll({ counts }: Result, kind: keyof Result['counts'], count: number): void {
  if (counts[kind] !== count) throw new Error(`expected ${count} of ${kind}, got ${JSON.stringify(counts)}`)
}

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const begunMs = performance.now()
  await work()
  return (count / (performance.now() - begunMs)) * 1_000
}

function processorTime({ temporal, postgres, workers }: CampaignSystem): Cpu {
  const own = process.cpuUsage()
  const [worker] = workers
  if (worker === undefined) throw new Error('there is no worker')
  return {
    ...processorSecondsOf({ temporal: temporal.pid, postgres: postgres.pid, worker: worker.pid }),
    client: (own.user + own.system) / 1e6,
  }
}
