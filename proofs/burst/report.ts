import { fields } from '../../src/cli/table.js'
import { percentile } from '../shared/percentile.js'

/** Seconds from the due time to the acknowledgement. */
export type Lateness = { first: number; p50: number; p99: number; last: number }

export type Processor = { worker: number; temporal: number; postgres: number }

export type BurstResult = {
  reminders: number
  accounts: number
  burst: Lateness
  /** Of the processor, in ms a message. */
  cpuMs: Processor
  /** From the request until the row is held, in seconds; while the burst went out. */
  pauses: { count: number; most: number }
  /** The most that the worker's process took, in MB. */
  workerMb: number
  scattered: Lateness | undefined
  problems: string[]
  isGood: boolean
}

export function latenessOf(seconds: number[]): Lateness {
  const at = (share: number) => percentile(seconds, share) ?? Number.NaN
  return { first: at(0), p50: at(0.5), p99: at(0.99), last: at(1) }
}

const inSeconds = (seconds: number): string => `${seconds.toFixed(2)} s`

export function reportText(result: BurstResult): string {
  const { burst, scattered, pauses, cpuMs } = result
  return [
    fields([
      ['First', inSeconds(burst.first)],
      ['Half', inSeconds(burst.p50)],
      ['All', `${inSeconds(burst.last)} for ${result.reminders} reminders over ${result.accounts} accounts`],
      [
        'Processor',
        `${(cpuMs.worker + cpuMs.temporal + cpuMs.postgres).toFixed(0)} ms a message: worker ${cpuMs.worker.toFixed(0)}, Temporal ${cpuMs.temporal.toFixed(0)}, Postgres ${cpuMs.postgres.toFixed(0)}`,
      ],
      [
        'Pauses',
        pauses.count === 0 ? 'none was asked' : `${pauses.count}, the slowest ${inSeconds(pauses.most)}`,
      ],
      ['Worker', `${result.workerMb.toFixed(0)} MB at most`],
      ...(scattered
        ? ([['Scattered', `p50 ${inSeconds(scattered.p50)}, p99 ${inSeconds(scattered.p99)} late`]] as [
            string,
            string,
          ][])
        : []),
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}
