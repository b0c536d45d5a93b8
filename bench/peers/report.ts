import { median, percentile } from '../../proofs/shared/percentile.js'
import { fields, table } from '../../src/cli/table.js'
import type { Burst, Deaths, Lag } from './figures.js'

/** Each round's, in order; empty where it was not asked for. */
export type Rounds = { title: string; p1: Lag[]; p2: Burst[]; p3: Deaths[] }

export type SystemResult = {
  title: string
  /** The times are null where no message came. */
  p1?: {
    messages: number
    p50Ms: number | null
    p99Ms: number | null
    maxMs: number | null
    missing: number
    duplicates: number
  }
  /** Medians of the rounds, and sums of what is missing and of duplicates. */
  p2?: Burst
  p3?: Deaths
}

export type PeersResult = {
  systems: { [id: string]: SystemResult }
  versions: { [name: string]: string }
  machine: { cores: number; model: string; load: number }
  rounds: number
  /** Of what could not be measured. */
  problems: string[]
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

export function systemResult({ title, p1, p2, p3 }: Rounds): SystemResult {
  const latesMs = p1.flatMap((round) => round.latesMs)
  const of = (pick: (round: Burst) => number) => p2.map((round) => pick(round))
  return {
    title,
    ...(p1.length > 0 && {
      p1: {
        messages: latesMs.length,
        p50Ms: percentile(latesMs, 0.5),
        p99Ms: percentile(latesMs, 0.99),
        maxMs: percentile(latesMs, 1),
        missing: sum(p1.map(({ missing }) => missing)),
        duplicates: sum(p1.map(({ duplicates }) => duplicates)),
      },
    }),
    ...(p2.length > 0 && {
      p2: {
        firstMs: median(of(({ firstMs }) => firstMs)),
        lastMs: median(of(({ lastMs }) => lastMs)),
        createCpuMs: median(of(({ createCpuMs }) => createCpuMs)),
        sendCpuMs: median(of(({ sendCpuMs }) => sendCpuMs)),
        missing: sum(of(({ missing }) => missing)),
        duplicates: sum(of(({ duplicates }) => duplicates)),
      },
    }),
    ...(p3.length > 0 && {
      p3: {
        messages: sum(p3.map(({ messages }) => messages)),
        twice: sum(p3.map(({ twice }) => twice)),
        lost: sum(p3.map(({ lost }) => lost)),
        unreadable: sum(p3.map(({ unreadable }) => unreadable)),
        failed: sum(p3.map(({ failed }) => failed)),
        open: sum(p3.map(({ open }) => open)),
        overMs: median(p3.map(({ overMs }) => overMs)),
      },
    }),
  }
}

const ms = (value: number | null) => (value === null ? '–' : `${value.toFixed(0)} ms`)
const seconds = (value: number) => `${(value / 1_000).toFixed(1)} s`
const cpu = (value: number) => `${value.toFixed(1)} ms`

export function reportText({ systems, versions, machine, rounds, problems }: PeersResult): string {
  const all = Object.values(systems)
  const late = all.flatMap(({ title, p1 }) =>
    p1
      ? [
          [
            title,
            ...[p1.p50Ms, p1.p99Ms, p1.maxMs].map(ms),
            `${p1.duplicates}`,
            `${p1.missing} of ${p1.messages + p1.missing}`,
          ],
        ]
      : [],
  )
  const burst = all.flatMap(({ title, p2 }) =>
    p2
      ? [
          [
            title,
            ms(p2.firstMs),
            seconds(p2.lastMs),
            cpu(p2.createCpuMs),
            cpu(p2.sendCpuMs),
            cpu(p2.createCpuMs + p2.sendCpuMs),
            `${p2.duplicates}`,
            `${p2.missing}`,
          ],
        ]
      : [],
  )
  const deaths = all.flatMap(({ title, p3 }) =>
    p3
      ? [
          [
            title,
            `${p3.twice} of ${p3.messages}`,
            `${p3.lost}`,
            `${p3.unreadable}`,
            `${p3.failed}`,
            `${p3.open}`,
            seconds(p3.overMs),
          ],
        ]
      : [],
  )
  return [
    ...section(
      'P1: late, of what is due at random times within a minute',
      ['', 'p50', 'p99', 'max', 'twice', 'missing'],
      late,
    ),
    ...section(
      'P2: a burst, from its due time; processor time for each message',
      ['', 'first', 'last', 'to create', 'to send', 'together', 'twice', 'missing'],
      burst,
    ),
    ...section(
      'P3: the worker killed in the middle, three times',
      ['', 'read twice', 'not read', 'of these unreadable', 'given up', 'still open', 'over after'],
      deaths,
    ),
    fields([
      ['Rounds', `${rounds}, one system after the other`],
      ['Machine', `${machine.cores} cores, ${machine.model}, load ${machine.load.toFixed(1)}`],
      [
        'Versions',
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
    ]),
    ...problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function section(title: string, header: string[], rows: string[][]): string[] {
  return rows.length === 0 ? [] : [title, table(header, rows), '']
}
