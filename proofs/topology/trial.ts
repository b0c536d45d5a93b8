import type { SimulatorClient } from '../../simulator/client.js'
import type { ConnectedClient } from '../../src/client/connect.js'
import { pollUntil } from '../../src/client/waiting.js'
import { accountId, type DemoGroup } from '../demo/scene.js'
import type { Apis } from './apis.js'
import { arrivalsOf, type Arrivals } from './arrivals.js'
import { createTwice } from './creating.js'

const runBeginsMs = 60_000

export type TrialResult = {
  name: string
  isCompleted: boolean
  /** Sends that were acknowledged when the disturbance began, and in all. */
  disturbedAt: number
  sends: number
  arrivals: Arrivals
  /** From the due time to the end of the run. */
  runMs: number
}

export function hasPassed({ isCompleted, disturbedAt, sends, arrivals }: TrialResult): boolean {
  const isMidRun = disturbedAt > 0 && disturbedAt < sends
  return isCompleted && isMidRun && arrivals.once === arrivals.expected
}

/** Sends two texts to every group, disturbs the system in the middle of it, and asks the recipients. */
export async function tryOut({
  name,
  disturb,
  client,
  apis,
  token,
  whatsapp,
  groups,
  signal,
}: {
  name: string
  disturb: () => Promise<void>
  client: ConnectedClient
  apis: Apis
  token: string
  whatsapp: SimulatorClient
  groups: DemoGroup[]
  signal: AbortSignal
}): Promise<TrialResult> {
  const key = `topology-${name.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
  const texts = [`${name}: the first message`, `${name}: the second message`]
  const due = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 2_000)
  await createTwice(
    { apis, token },
    {
      key,
      account: accountId,
      to: groups.map(({ jid }) => jid),
      parts: texts.map((text) => ({ text })),
      at: due.toISOString(),
    },
  )
  const runId = await runOf(client, key)
  let result = { isCompleted: false, disturbedAt: 0, sends: 0, runMs: 0 }
  for await (const { run, sends, totalSends } of client.runs.watch(runId, { signal, intervalMs: 100 })) {
    // A run that is not prepared yet has no sends at all.
    if (result.disturbedAt === 0 && sends.acked > 0 && sends.acked >= totalSends / 4) {
      result.disturbedAt = sends.acked
      await disturb() // the run goes on meanwhile, unless there is nothing left to run it
    }
    result = {
      ...result,
      isCompleted: run.state === 'completed',
      sends: totalSends,
      runMs: (run.finishedAt ?? new Date()).getTime() - due.getTime(),
    }
  }
  signal.throwIfAborted()
  await whatsapp.settled()
  const arrivals = arrivalsOf(await whatsapp.inboxes(), { groups, texts })
  return { name, ...result, arrivals }
}

async function runOf(client: ConnectedClient, key: string): Promise<string> {
  const { answer } = await pollUntil({
    ask: async () => (await client.reminders.show(key)).runs[0]?.id,
    isDone: (id) => id !== undefined,
    timeoutMs: runBeginsMs,
    intervalMs: 100,
  })
  if (answer === undefined) throw new Error(`Reminder '${key}' was due, and has no run.`)
  return answer
}
