import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import type { Logger } from '../logging.js'
import type { Database } from '../store/database.js'
import {
  sendChannel,
  transitionChannel,
  type SendTried,
  type Transition,
} from '../store/sends/ledger-channel.js'
import { dueLag } from '../store/views/metrics.js'

export type Counters = { registry: Registry; stop(): void }

/** Counts of what this process did since it started. A label has few values: states, failure types and account ids. */
export function countThisProcess(database: Database, logger: Logger): Counters {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const transitions = new Counter({
    name: 'carillon_ledger_transitions_total',
    help: 'Sends that this process moved from one state of the ledger to another',
    labelNames: ['from', 'to'],
    registers,
  })
  const sends = new Counter({
    name: 'carillon_sends_total',
    help: 'Tries of this process to send a part, by what WhatsApp said; failure is empty for acked',
    labelNames: ['account', 'outcome', 'failure'],
    registers,
  })
  const ackSeconds = new Histogram({
    name: 'carillon_send_ack_seconds',
    help: 'From the start of a send to the acknowledgement of WhatsApp',
    labelNames: ['account'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
    registers,
  })
  const lagSeconds = new Histogram({
    name: 'carillon_due_lag_seconds',
    help: 'From the scheduled time of a run to the first send to its first target; the wait for the lock of the account is in it',
    buckets: [0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
    registers,
  })

  // A run counts by its first send to its first target: that is begun once, in one process, whatever begins beside it.
  const measureLag = async ({ runId, ordinal, part, attempt }: NonNullable<Transition['begun']>) => {
    if (ordinal !== 0 || part !== 0 || attempt !== 1) return
    const lag = await dueLag(database, runId)
    // A clock of the scheduler that is ahead of Postgres' must not make it negative.
    if (lag !== undefined) lagSeconds.observe(Math.max(0, lag))
  }
  const onTransition = (message: unknown): void => {
    const { from, to, sends: count, begun } = message as Transition
    transitions.inc({ from, to }, count)
    if (begun)
      measureLag(begun).catch((error: unknown) => logger.warn({ error }, 'the due lag was not measured'))
  }
  const onSend = (message: unknown): void => {
    const { accountId: account, outcome, failure = '', elapsedMs } = message as SendTried
    sends.inc({ account, outcome, failure })
    if (outcome === 'acked') ackSeconds.observe({ account }, elapsedMs / 1_000)
  }
  transitionChannel.subscribe(onTransition)
  sendChannel.subscribe(onSend)
  return {
    registry,
    stop() {
      transitionChannel.unsubscribe(onTransition)
      sendChannel.unsubscribe(onSend)
    },
  }
}
