import { fields } from '../../src/cli/table.js'
import { percentile } from '../shared/percentile.js'
import type { AccountsOptions } from './options.js'

export type Processor = { worker: number; temporal: number; postgres: number; whatsapp: number }

export type Measured = Pick<AccountsOptions, 'accounts' | 'groups' | 'reminders' | 'ratePerMinute'> & {
  /** How much of its limit each account used; undefined where it did not send for a minute. */
  shares: (number | undefined)[]
  /** Messages that WhatsApp took. */
  sent: number
  duplicates: number
  /** Of the processor, in ms a message. */
  cpuMs: Processor
  /** Of the processor, in ms a second, while the accounts are linked and nothing is due. */
  idle: Processor
  workerMb: number
}

export type AccountsResult = Omit<Measured, 'shares'> & {
  /** Of the limits: all accounts together, and the account that used the least. */
  used: number
  leastUsed: number
  problems: string[]
  isGood: boolean
}

const leastShare = 0.98

export function resultOf({ shares, ...measured }: Measured): AccountsResult {
  const { accounts, groups, reminders, sent, duplicates } = measured
  const wanted = accounts * groups * reminders
  const known = shares.map((share) => share ?? 0)
  const used = known.reduce((sum, share) => sum + share, 0) / known.length
  const problems = [
    ...(sent === wanted ? [] : [`${sent} messages went out, and ${wanted} were wanted`]),
    ...(duplicates === 0 ? [] : [`${duplicates} messages went out twice`]),
    ...(used >= leastShare ? [] : [`${inPercent(used)} of the limits were used`]),
  ]
  return {
    ...measured,
    used,
    leastUsed: percentile(known, 0) ?? Number.NaN,
    problems,
    isGood: problems.length === 0,
  }
}

const inPercent = (share: number): string => `${(100 * share).toFixed(1)} %`

function inParts({ worker, temporal, postgres, whatsapp }: Processor, of: string): string {
  const own = worker + temporal + postgres
  return `${own.toFixed(0)} ms ${of}: worker ${worker.toFixed(0)}, Temporal ${temporal.toFixed(0)}, Postgres ${postgres.toFixed(0)}; the local WhatsApp ${whatsapp.toFixed(0)}`
}

export function reportText(result: AccountsResult): string {
  const { accounts, ratePerMinute, sent, duplicates, cpuMs, idle } = result
  return [
    fields([
      ['Accounts', `${accounts}, each with a limit of ${ratePerMinute} a minute`],
      ['Messages', `${sent}, ${duplicates} twice`],
      ['Used', `${inPercent(result.used)} of the limits, ${inPercent(result.leastUsed)} by the slowest`],
      ['Processor', inParts(cpuMs, 'a message')],
      ['Idle', inParts(idle, 'a second')],
      ['Worker', `${result.workerMb.toFixed(0)} MB`],
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}
