import { firstTaskForEachMs } from '../../src/client/reminders/many/create.js'
import { CarillonError } from '../../src/client/errors.js'
import { spellInstant } from '../../src/domain/hours/zone.js'
import { pause } from '../../src/pause.js'
import { residentBytes } from '../shared/process-memory.js'
import { msForEach, processorSecondsOf } from '../shared/processor-time.js'
import { seeded } from '../shared/random.js'
import { createAll, dueOnceCreated, untilRemindersEnded, wholeSecondFromNow } from '../shared/reminding.js'
import { createScene, type CampaignAccount } from '../shared/scene.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import type { BurstOptions } from './options.js'
import { latenessOf, type BurstResult, type Processor } from './report.js'

const patienceMs = 1_800_000
/** It is measured meanwhile: nobody asks more often. */
const lookMs = 700
const scatterMs = 60_000
const pauseEveryMs = 2_000
const text = 'The library is open until six'
const anotherYear = '2099-01-04T10:00:00Z'

type Scene = { system: CampaignSystem; accounts: CampaignAccount[]; signal: AbortSignal }

export async function runBurst(
  system: CampaignSystem,
  { options, say, signal }: { options: BurstOptions; say: (text: string) => void; signal: AbortSignal },
): Promise<BurstResult> {
  say(`Linking ${options.accounts} accounts`)
  await system.whatsapp.countOnly()
  const accounts = await createScene(system, { ...options, groups: 4, members: 2 })
  const scene: Scene = { system, accounts, signal }
  if (options.pending > 0) {
    say(`Creating ${options.pending} reminders of another year`)
    await createAt(
      scene,
      'pending',
      Array.from({ length: options.pending }, () => anotherYear),
    )
    await pause(firstTaskForEachMs * options.pending, signal)
  }
  say('One for each account, that everything is warm')
  await createAt(
    scene,
    'warm',
    accounts.map(() => wholeSecondFromNow(5_000)),
  )
  await untilEnded(scene, 'warm', accounts.length)

  say(`Creating ${options.reminders} reminders for one instant`)
  const dueAt = dueOnceCreated(options.reminders)
  await createAt(
    scene,
    'burst',
    Array.from({ length: options.reminders }, () => dueAt),
  )
  const leftMs = Date.parse(dueAt) - Date.now()
  if (leftMs < 1_000) throw new Error('the reminders were due before all were created')
  await pause(leftMs - 500, signal)
  say('They are due')
  const before = busySeconds(system)
  const watching = watchWhile(scene, dueAt)
  await untilEnded(scene, 'burst', options.reminders)
  const cpuMs = msForEach(before, busySeconds(system), options.reminders)
  const { pauses, workerMb } = await watching.stop()
  const late = { burst: await secondsLate(scene, 'burst'), scattered: [] as number[] }

  if (options.scattered > 0) {
    say(`${options.scattered} at random times within a minute`)
    const random = seeded(20261128)
    const firstMs = Date.parse(dueOnceCreated(options.scattered))
    const at = Array.from({ length: options.scattered }, () =>
      spellInstant(new Date(firstMs + 1_000 * random.between(0, scatterMs / 1_000))),
    )
    await createAt(scene, 'scattered', at)
    await untilEnded(scene, 'scattered', options.scattered)
    late.scattered = await secondsLate(scene, 'scattered')
  }
  const { duplicates } = await system.whatsapp.stats()
  const unsent = options.reminders + options.scattered - late.burst.length - late.scattered.length
  const problems = [
    ...(duplicates === 0 ? [] : [`${duplicates} messages went out twice`]),
    ...(unsent === 0 ? [] : [`${unsent} messages were not acknowledged`]),
  ]
  return {
    reminders: options.reminders,
    accounts: options.accounts,
    burst: latenessOf(late.burst),
    cpuMs,
    pauses,
    workerMb,
    scattered: options.scattered > 0 ? latenessOf(late.scattered) : undefined,
    problems,
    isGood: problems.length === 0,
  }
}

/** One reminder for each time, account after account. */
async function createAt({ system, accounts }: Scene, key: string, times: string[]): Promise<void> {
  const inputs = times.map((at, index) => {
    const account = accounts[index % accounts.length]
    const group = account?.groups[Math.floor(index / accounts.length) % account.groups.length]
    if (!account || !group) throw new Error('there is no account')
    return {
      key: `${key}-${index}`,
      account: account.id,
      to: group.jid,
      text,
      at,
      zone: 'UTC',
      deliverWithin: '4h',
    }
  })
  await createAll(system, inputs)
}

async function untilEnded({ system, signal }: Scene, key: string, count: number): Promise<void> {
  const pace = { timeoutMs: patienceMs, intervalMs: lookMs, signal }
  await untilRemindersEnded(system, { key, count, ...pace })
}

async function secondsLate({ system }: Scene, key: string): Promise<number[]> {
  const { rows } = await system.client.database.query<{ late: number }>(
    `select extract(epoch from s.acked_at - r.scheduled_at)::float8 as late
     from run r join send s on s.run_id = r.id
     where r.operator = $1 and r.dedupe_key like $2 and s.acked_at is not null`,
    [operator, `${key}-%`],
  )
  return rows.map(({ late }) => late)
}

/** Seconds of the processor so far. */
function busySeconds({ workers, temporal, postgres }: CampaignSystem): Processor {
  return processorSecondsOf({ worker: workers[0]?.pid, temporal: temporal.pid, postgres: postgres.pid })
}

/** Pauses and resumes runs that wait, one now and then, and looks at the worker's memory. */
function watchWhile({ system }: Scene, dueAt: string) {
  const done = new AbortController()
  const pauses = { count: 0, most: 0 }
  let workerMb = 0
  const looking = (async () => {
    while (!done.signal.aborted) {
      await pause(pauseEveryMs, done.signal)
      const pid = system.workers[0]?.pid
      if (pid !== undefined) workerMb = Math.max(workerMb, residentBytes(pid) / 2 ** 20)
      const tookMs = await pauseOne(system, dueAt)
      if (tookMs === undefined) continue
      pauses.count += 1
      pauses.most = Math.max(pauses.most, tookMs / 1_000)
    }
  })()
  return {
    async stop() {
      done.abort()
      await looking
      return { pauses, workerMb }
    },
  }
}

/** Of the runs that wait the last one; undefined where there was none, or it was over before the pause came. */
async function pauseOne({ client }: CampaignSystem, dueAt: string): Promise<number | undefined> {
  const { rows } = await client.database.query<{ id: string }>(
    `select id from run where operator = $1 and scheduled_at = $2 and state = 'waiting' order by id desc limit 1`,
    [operator, dueAt],
  )
  const [run] = rows
  if (!run) return undefined
  try {
    const beganMs = performance.now()
    const { state, confirmed } = await client.runs.pause(run.id, { reason: 'a look' })
    const tookMs = performance.now() - beganMs
    if (!confirmed || state.state !== 'paused') return undefined
    await client.runs.resume(run.id)
    return tookMs
  } catch (error) {
    if (error instanceof CarillonError && error.code === 'ended') return undefined
    throw error
  }
}
