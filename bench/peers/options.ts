import { readArguments, UsageError, wholeNumber } from '../../src/stack/program-arguments.js'
import { systemIds } from './systems.js'

export const workloads = ['p1', 'p2', 'p3'] as const
export type Workload = (typeof workloads)[number]

export type PeersOptions = {
  only: string[]
  workloads: Workload[]
  /** Of the burst; of P1 and P3 there are fewer, in proportion. */
  messages: number
  accounts: number
  rounds: number
  isJson: boolean
  home: string
}

export const peersUsage = `npm run bench:peers -- [options]

The same bot on Carillon, on bare Temporal and on job queues that people take for it, each with the unmodified Baileys, 20
accounts and the same local WhatsApp, in one run, one system's round after the other. Each system is up only in its rounds.

  p1  a message to each of 300 groups, due at random times within a minute: how late it is on the wire
  p2  1,000 due at one instant over 20 accounts: to the first and to the last, and the processor time of each
  p3  200 due at one instant, and the worker killed at 25, 50 and 75 % of them: what people read twice, and never

  --only <a,b>       of ${systemIds.join(', ')} (all)
  --workloads <a,b>  of p1, p2, p3 (all)
  --messages <n>     of the burst (1000); p1 has 3 for each 10 of these, and p3 has 2
  --accounts <n>     (20)
  --rounds <n>       of each (2)
  --json             the last line of stdout is one JSON object with the figures
  --home <folder>    the data and logs (.carillon/peers); begun anew each time
  --help

BullMQ needs valkey-server or redis-server on the machine. The processor time is read from /proc: on Linux only.
Exit code: 0 when everything was measured, whatever came out.`

/** Undefined when only help is wanted. */
export function readOptions(args: string[]): PeersOptions | undefined {
  const values = readArguments(args, { values: ['only', 'workloads', 'messages', 'accounts', 'rounds'] })
  if (values === undefined) return undefined
  const accounts = wholeNumber('accounts', values.accounts ?? '20', { min: 1, max: 50 })
  return {
    only: chosen('only', values.only, systemIds),
    workloads: chosen('workloads', values.workloads, workloads),
    messages: wholeNumber('messages', values.messages ?? '1000', { min: 10, max: 10_000 }),
    accounts,
    rounds: wholeNumber('rounds', values.rounds ?? '2', { min: 1, max: 20 }),
    isJson: values.json,
    home: values.home ?? '.carillon/peers',
  }
}

/** In the order of all, each once. */
function chosen<T extends string>(name: string, text: string | undefined, all: readonly T[]): T[] {
  if (text === undefined) return [...all]
  const wanted = text.split(',')
  const unknown = wanted.find((one) => !all.some((known) => known === one))
  if (unknown !== undefined)
    throw new UsageError(`--${name}: expected some of ${all.join(', ')}, got '${unknown}'`)
  return all.filter((one) => wanted.includes(one))
}

export function countsOf({ messages }: Pick<PeersOptions, 'messages'>): Record<Workload, number> {
  return { p1: Math.ceil(0.3 * messages), p2: messages, p3: Math.ceil(0.2 * messages) }
}
