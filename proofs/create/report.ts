import { fields } from '../../src/cli/table.js'
import { median } from '../shared/percentile.js'
import type { Cpu, Created, Turn } from './create.js'

/** Of what the same machine creates one by one at that moment (decision 0038). */
export const leastRatio = 4

export type CreateResult = {
  /** Creates a second: the medians of the turns. */
  single: number
  many: number
  again: number
  /** The median of the turns' own. */
  ratio: number
  cpuMs: Cpu
  cpuMsInAll: Cpu
  problems: string[]
  isGood: boolean
}

export function resultOf({ turns, expected, rows, workflows }: Created): CreateResult {
  const middle = (of: (turn: Turn) => number) => median(turns.map(of))
  const cpu = (of: (turn: Turn) => Cpu): Cpu => ({
    temporal: middle((turn) => of(turn).temporal),
    postgres: middle((turn) => of(turn).postgres),
    worker: middle((turn) => of(turn).worker),
    client: middle((turn) => of(turn).client),
  })
  const ratio = middle(({ many, single }) => many / single)
  const problems = [
    ...(ratio < leastRatio
      ? [`many: ${ratio.toFixed(2)} times as fast, and ${leastRatio} is the least`]
      : []),
    ...(rows === expected ? [] : [`rows: ${rows}, and ${expected} were created`]),
    ...(workflows === expected ? [] : [`workflows: ${workflows}, and ${expected} were created`]),
  ]
  return {
    single: middle(({ single }) => single),
    many: middle(({ many }) => many),
    again: middle(({ again }) => again),
    ratio,
    cpuMs: cpu(({ cpuMs }) => cpuMs),
    cpuMsInAll: cpu(({ cpuMsInAll }) => cpuMsInAll),
    problems,
    isGood: problems.length === 0,
  }
}

export function reportText(result: CreateResult, { turns }: Created): string {
  const rates = (of: (turn: Turn) => number) => turns.map((turn) => of(turn).toFixed(0)).join(', ')
  return [
    fields([
      ['One by one', `${result.single.toFixed(1)} a second (${rates(({ single }) => single)})`],
      ['Many', `${result.many.toFixed(1)} a second (${rates(({ many }) => many)})`],
      ['Ratio', `${result.ratio.toFixed(2)} (at least ${leastRatio})`],
      ['The same again', `${result.again.toFixed(1)} a second (${rates(({ again }) => again)})`],
      ['Processor', `${cpuText(result.cpuMs)}, for each of many until the answer`],
      ['With first steps', cpuText(result.cpuMsInAll)],
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function cpuText({ temporal, postgres, worker, client }: Cpu): string {
  const ms = (value: number) => value.toFixed(1)
  return `${ms(temporal + postgres + worker + client)} ms (Temporal ${ms(temporal)}, Postgres ${ms(postgres)}, worker ${ms(worker)}, client ${ms(client)})`
}
