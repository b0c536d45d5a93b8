import { fields, table } from '../../src/cli/table.js'
import { median, percentile } from '../shared/percentile.js'
import type { Measured, Phase, Processor, Side } from './bench.js'
import { kinds, loads, type Kind, type Load } from './requests.js'

type Figures = {
  /** Requests a second. */
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Of the processor, in ms a request. */
  cpuMs: Processor
}

export type ApiResult = {
  requests: number
  wrong: number
  /** The medians of the turns. */
  loads: Record<
    Load,
    Record<Side, Figures> & { /** Of the API's throughput to the bare framework's. */ ratio: number }
  >
  /** Of each kind within the mix, over all turns. */
  inMix: Record<Kind, { p50Ms: number; p99Ms: number }>
  bytes: Record<Kind, number>
  inside: Record<Kind, { statements: number; processor: Record<string, number> }>
  problems: string[]
  isGood: boolean
}

const shownWrong = 10

export function resultOf({ phases, inside, bytes }: Measured): ApiResult {
  const wrong = [
    ...phases.flatMap(({ asked }) => asked.wrong),
    ...kinds.flatMap((kind) => inside[kind].wrong),
  ]
  const unasked = loads.filter((load) => phases.some((one) => one.load === load && countOf(one) === 0))
  const problems = [...wrong.slice(0, shownWrong), ...unasked.map((load) => `${load}: nothing was answered`)]
  return {
    requests: phases.reduce((sum, one) => sum + countOf(one), 0),
    wrong: wrong.length,
    loads: byLoad((load) => {
      const [api, echo] = (['api', 'echo'] as const).map((side) =>
        figuresOf(phases.filter((one) => one.load === load && one.side === side)),
      )
      if (api === undefined || echo === undefined) throw new Error(`${load} was not measured`)
      return { api, echo, ratio: api.perSecond / echo.perSecond }
    }),
    inMix: byKind((kind) => {
      const took = phases
        .filter(({ load, side }) => load === 'mix' && side === 'api')
        .flatMap(({ asked }) => asked.took[kind])
      return { p50Ms: percentile(took, 0.5) ?? Number.NaN, p99Ms: percentile(took, 0.99) ?? Number.NaN }
    }),
    bytes,
    inside: byKind((kind) => {
      const { statements, processor } = inside[kind]
      return { statements, processor }
    }),
    problems,
    isGood: wrong.length === 0 && problems.length === 0,
  }
}

const byKind = <T>(of: (kind: Kind) => T) =>
  Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as Record<Kind, T>
const byLoad = <T>(of: (load: Load) => T) =>
  Object.fromEntries(loads.map((load) => [load, of(load)])) as Record<Load, T>

function allOf({ asked }: Phase): number[] {
  return kinds.flatMap((kind) => asked.took[kind])
}

function countOf(phase: Phase): number {
  return allOf(phase).length
}

function figuresOf(turns: Phase[]): Figures {
  const middle = (of: (phase: Phase) => number) => median(turns.map(of))
  const cpu = (part: keyof Processor) => middle(({ cpuMs }) => cpuMs[part])
  return {
    perSecond: middle((phase) => countOf(phase) / phase.asked.seconds),
    p50Ms: middle((phase) => percentile(allOf(phase), 0.5) ?? Number.NaN),
    p99Ms: middle((phase) => percentile(allOf(phase), 0.99) ?? Number.NaN),
    cpuMs: {
      server: cpu('server'),
      postgres: cpu('postgres'),
      temporal: cpu('temporal'),
      worker: cpu('worker'),
      clients: cpu('clients'),
    },
  }
}

/** Parts that take less are told together. */
const leastShare = 0.02

export function reportText(
  result: ApiResult,
  measured: Measured,
  { isListed }: { isListed: boolean },
): string {
  const whole = (value: number) => value.toFixed(0)
  const fine = (value: number) => value.toFixed(2)
  return [
    table(
      [
        '',
        'a second',
        'p50 ms',
        'p99 ms',
        'bare: a second',
        'p50 ms',
        'p99 ms',
        'ratio',
        'ms: API',
        'Postgres',
        'Temporal',
        'worker',
        'bare',
        'clients',
      ],
      loads.map((load) => {
        const { api, echo, ratio } = result.loads[load]
        return [
          load,
          ...[api.perSecond, api.p50Ms, api.p99Ms].map(whole),
          ...[echo.perSecond, echo.p50Ms, echo.p99Ms].map(whole),
          ratio.toFixed(3),
          ...[api.cpuMs.server, api.cpuMs.postgres, api.cpuMs.temporal, api.cpuMs.worker].map(fine),
          fine(echo.cpuMs.server),
          fine(api.cpuMs.clients),
        ]
      }),
    ),
    '',
    table(
      ['', 'p50 ms in the mix', 'p99 ms', 'bytes', 'statements'],
      kinds.map((kind) => [
        kind,
        whole(result.inMix[kind].p50Ms),
        whole(result.inMix[kind].p99Ms),
        String(result.bytes[kind]),
        fine(result.inside[kind].statements),
      ]),
    ),
    '',
    fields(kinds.map((kind) => [`Processor of the API: ${kind}`, sharesText(result.inside[kind].processor)])),
    ...(isListed ? kinds.map((kind) => statementsText(kind, measured)) : []),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function sharesText(shares: Record<string, number>): string {
  const all = Object.entries(shares)
  const large = all.filter(([, share]) => share >= leastShare)
  const rest = 1 - large.reduce((sum, [, share]) => sum + share, 0)
  return [...large, ['the rest', rest] as const]
    .map(([part, share]) => `${part} ${(100 * share).toFixed(0)} %`)
    .join(', ')
}

function statementsText(kind: Kind, { inside }: Measured): string {
  const rows = Object.entries(inside[kind].each)
    .toSorted(([, a], [, b]) => b - a)
    .map(([statement, times]) => `  ${times.toFixed(2)}  ${statement}`)
  return [`\nStatements of ${kind}, for each request:`, ...rows].join('\n')
}
