import { join } from 'node:path'
import { pause } from '../../src/pause.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { isFinalRun } from '../../src/domain/states.js'
import { projectRoot } from '../../src/stack/project-root.js'
import {
  countStatements,
  statementsSince,
  totalOf,
  type StatementCounts,
} from '../shared/count-statements.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import { inspect } from '../soak/inspector.js'
import { residentBytes } from '../shared/process-memory.js'
import { added, runBare } from './bare.js'
import { lookAtHistories } from './histories.js'
import { shareOfLimit } from '../shared/share-of-limit.js'
import type { FanOutOptions } from './options.js'
import { wholeSecondFromNow } from '../shared/reminding.js'
import { accountId, createOneAccount, phone } from '../shared/one-account.js'
import { byName, processorSecondsOfAll } from '../shared/processor-time.js'
import { resultOf, type FanOutResult, type Memory } from './report.js'
import { readLedgerTimes } from './times.js'
import { lookAtWire } from './wire.js'
import { readWorkerLog } from './worker-log.js'

const dueInMs = 3_000
const lookMs = 1_000
const sampledAt = [0.1, 0.5, 1]
const megabyte = 1_048_576

/** One text and one image to all groups of an account without limits, and the bare loop before and after it. */
export async function runFanOut(
  system: CampaignSystem,
  {
    options,
    inspectorPort,
    say,
    signal,
  }: {
    options: Omit<FanOutOptions, 'home' | 'isJson'>
    inspectorPort: number
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<FanOutResult> {
  const { client, whatsapp, logsDir } = system
  const { groups, concurrency, bareGroups, ratePerMinute } = options
  const imageFile = join(projectRoot(), 'examples/class-trip.jpg')
  say(`Making ${groups} groups and linking the account`)
  await createOneAccount(system, { groups, ratePerMinute })

  const half = Math.floor(bareGroups / 2)
  say(`The bare loop, to ${half} groups`)
  const before = await runBare(system, { first: 0, count: half, imageFile })
  signal.throwIfAborted()

  say(`Carillon, to ${groups} groups`)
  const uploadsBefore = (await whatsapp.uploads()).count
  const at = wholeSecondFromNow(dueInMs)
  const runId = runWorkflowId(operator, 'fan-out', at)
  const timesBefore = processorSecondsOfAll(system)
  const statementsBefore = await countStatements(inspectorPort)
  await client.reminders.create({
    key: 'fan-out',
    account: accountId,
    to: 'all groups',
    parts: [{ text: 'Class trip on Friday' }, { image: imageFile, caption: 'The trip' }],
    at,
    zone: 'UTC',
    deliverWithin: '24h',
    groupConcurrency: concurrency,
  })
  const memory = await watch(system, { runId, messages: 2 * groups, inspectorPort, say, signal })
  const timesAfter = processorSecondsOfAll(system)
  const statements = statementsSince(statementsBefore, await countStatements(inspectorPort))
  const uploads = (await whatsapp.uploads()).count - uploadsBefore

  say(`The bare loop, to ${bareGroups - half} groups`)
  const after = await runBare(system, { first: half, count: bareGroups - half, imageFile })
  const { database, temporal } = client
  const times = await readLedgerTimes(database, runId)
  if (!times) throw new Error('the ledger has nothing of the run')
  const wireTimes = (await whatsapp.stanzas({ account: phone })).map(({ acceptedAt }) => acceptedAt)
  return resultOf({
    groups,
    concurrency,
    state: (await client.runs.progress(runId)).run.state,
    wire: await lookAtWire(whatsapp, { database, phone, runId }),
    ...(ratePerMinute !== undefined && {
      limit: { ratePerMinute, used: shareOfLimit(wireTimes, ratePerMinute) },
    }),
    uploads,
    statements: {
      prepare: statementsOf(statements, 'prepare_run('),
      perMessage: totalOf(statements) / (2 * groups),
    },
    histories: await lookAtHistories(temporal, runId),
    memory,
    times,
    log: await readWorkerLog(join(logsDir, 'worker-1.log')),
    processor: byName(timesAfter, timesBefore, (now, then) => now - then),
    bare: added(before, after),
  })
}

/** Until the run is over; looks at the worker's memory on the way. */
async function watch(
  { client, workers }: CampaignSystem,
  {
    runId,
    messages,
    inspectorPort,
    say,
    signal,
  }: {
    runId: string
    messages: number
    inspectorPort: number
    say: (text: string) => void
    signal: AbortSignal
  },
): Promise<Memory[]> {
  const [worker] = workers
  if (!worker) throw new Error('there is no worker')
  const { measure, close } = await inspect(inspectorPort)
  const memory: Memory[] = []
  try {
    for (;;) {
      await pause(lookMs, signal)
      signal.throwIfAborted()
      const { rows } = await client.database.query<{ acked: number; state: string | null }>(
        `select count(*) filter (where s.state = 'acked') as acked, max(r.state) as state
         from run r left join send s on s.run_id = r.id where r.id = $1`,
        [runId],
      )
      const { acked = 0, state } = rows[0] ?? {}
      const isOver = typeof state === 'string' && isFinalRun(state as Parameters<typeof isFinalRun>[0])
      const due = sampledAt[memory.length] ?? Infinity
      if (acked >= due * messages) {
        const residentMb = residentBytes(worker.pid) / megabyte
        const heapMb = (await measure()).heapBytes / megabyte
        memory.push({ share: due, residentMb, heapMb })
        say(`${acked} of ${messages} messages; the worker has ${Math.round(residentMb)} MB`)
      }
      if (isOver) return memory
    }
  } finally {
    close()
  }
}

function statementsOf(counts: StatementCounts, part: string): number {
  return totalOf(Object.fromEntries(Object.entries(counts).filter(([text]) => text.includes(part))))
}
