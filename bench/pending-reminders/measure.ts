import { loadavg } from 'node:os'
import { startProgram, type Started } from '../../test/support/processes.js'
import { eventually } from '../../test/support/eventually.js'
import type { System, TestGroup } from '../../test/support/system.js'
import { median } from '../../proofs/shared/percentile.js'
import { quickestMs, rateOf } from './in-flight.js'
import { calmResidentMb } from './resident.js'

/** What many pending reminders cost, each figure beside that of the same run it is to be compared with. */
export type Figures = {
  pending: number
  /** Creates a second, through the client, and one-timer workflows a second, by the SDK alone. */
  creates: number
  bareStarts: number
  /** Of the worker, in MB: with no reminder (after as many had come and gone as warm it up), and with all of them. */
  residentWithNone: number
  residentWithAll: number
  /** The quickest of many, in ms. */
  listFew: number
  listAll: number
  showFew: number
  showAll: number
  /** From the due time to WhatsApp's ack of the first message, in ms: medians. */
  latenessAlone: number
  latenessAmongAll: number
  /** Of the machine, in the end. */
  loadOfOneMinute: number
}

const few = 100
const inFlight = 20
/** On a machine that does much else an answer takes long. */
const patienceMs = 300_000

export async function measurePending(
  system: System,
  { account, group, count, warm }: { account: string; group: TestGroup; count: number; warm: number },
): Promise<Figures> {
  const { reminders } = system.client
  const create = async (key: string) =>
    await reminders.create(
      { key, account, to: group.jid, text: 'One of many', at: '2030-01-01T09:00', zone: 'UTC' },
      { timeoutMs: patienceMs },
    )
  const worker = system.worker().pid
  const bare = await startBare(system)
  const measured = async () => ({
    list: await quickestMs(30, async () => await reminders.list({ limit: 50 })),
    show: await quickestMs(30, async () => await reminders.show('pending-0')),
    lateness: await lateness(system, { account, group }),
  })
  try {
    const sample = Math.max(100, Math.floor(count / 10))
    await rateOf(warm, { inFlight, work: async (index) => await create(`warm-${index}`) })
    await lateness(system, { account, group })
    await rateOf(warm, {
      inFlight,
      work: async (index) => await reminders.cancel(`warm-${index}`, { timeoutMs: patienceMs }),
    })
    const residentWithNone = await calmResidentMb(worker)

    const bareBefore = await bare.rate(sample)
    await rateOf(few, { inFlight, work: async (index) => await create(`pending-${index}`) })
    const withFew = await measured()
    const creates = await rateOf(count - few, {
      inFlight,
      work: async (index) => await create(`pending-${index + few}`),
    })
    const bareAfter = await bare.rate(sample)
    const withAll = await measured()
    return {
      pending: count,
      creates,
      bareStarts: 2 / (1 / bareBefore + 1 / bareAfter),
      residentWithNone,
      residentWithAll: await calmResidentMb(worker),
      listFew: withFew.list,
      listAll: withAll.list,
      showFew: withFew.show,
      showAll: withAll.show,
      latenessAlone: withFew.lateness,
      latenessAmongAll: withAll.lateness,
      loadOfOneMinute: loadavg()[0] ?? Number.NaN,
    }
  } finally {
    await bare.worker.stop()
  }
}

type Bare = { worker: Started; rate: (count: number) => Promise<number> }

/** One-timer workflows, started by the SDK and brought to their timer by a worker of nothing else. */
async function startBare({ address, namespace, temporal }: System): Promise<Bare> {
  const worker = startProgram('bare-worker', ['bench/pending-reminders/bare-worker.mjs'], {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
  })
  await worker.line((line) => line === 'ready')
  let started = 0
  return {
    worker,
    async rate(count) {
      const begun = performance.now()
      const first = started
      started += count
      await rateOf(count, {
        inFlight,
        work: async (index) =>
          await temporal.workflow.start('waiting', {
            taskQueue: 'bare',
            workflowId: `bare-${first + index}`,
          }),
      })
      await worker.line((line) => line === `timers ${first + count}`)
      return (count / (performance.now() - begun)) * 1_000
    },
  }
}

/** How late the first message of a due reminder is acknowledged; the median of some. */
async function lateness(
  { client, database }: System,
  { account, group }: { account: string; group: TestGroup },
): Promise<number> {
  const taken: number[] = []
  for (let i = 0; i < 3; i++) {
    const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000).toISOString()
    const due = { account, to: group.jid, text: `Now! ${at}`, at, zone: 'UTC' }
    const { key } = await client.reminders.create(due, { timeoutMs: patienceMs })
    const acked = await eventually(async () => {
      const { rows } = await database.query<{ at: Date }>(
        `select s.acked_at as at from send s join run r on r.id = s.run_id
         where r.dedupe_key = $1 and s.state = 'acked'`,
        [key],
      )
      if (rows[0] === undefined) throw new Error(`the message of ${key} is not acknowledged`)
      return rows[0].at
    })
    taken.push(acked.getTime() - Date.parse(at))
  }
  return median(taken)
}
