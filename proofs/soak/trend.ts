import type { Sample } from './samples.js'
import { median } from '../shared/percentile.js'

/** How a metric has to behave. */
export type Rule =
  /** The median of the last third is at most `ratio` times that of the middle third, or `slack` more. */
  | { kind: 'flat'; ratio: number; slack: number }
  | { kind: 'below'; max: number }
  /** For information. */
  | { kind: 'shown' }

export type Trend = {
  metric: string
  middle: number
  last: number
  max: number
  /** last / middle */
  ratio: number
  rule: Rule
  isGood: boolean
}

/** The first third is the warm-up: pools fill, code is compiled. */
export const fewestSamples = 9

// Temporal suggests to go on as new at 4,096 events; what is under way then still ends in the old history.
const longestHistory = 5_000

/** By the end of the metric's name. What is in flight at the moment of a sample is the slack; a leak soon is more. */
const rules: [string, Rule][] = [
  // What is alive after a garbage collection wobbles by what is in flight.
  ['heap MB', { kind: 'flat', ratio: 1.05, slack: 1.5 }],
  ['Temporal: RSS MB', { kind: 'shown' }], // its dev server's, not ours; it keeps finished histories in a cache
  ['RSS MB', { kind: 'flat', ratio: 1.1, slack: 10 }],
  ['handles', { kind: 'flat', ratio: 1.1, slack: 12 }],
  ['open files', { kind: 'flat', ratio: 1.1, slack: 12 }],
  ['connections', { kind: 'flat', ratio: 1.1, slack: 8 }],
  ['open workflows', { kind: 'flat', ratio: 1.1, slack: 15 }],
  // An attempt that is made again, where the machine is busy with something else, has some of its own.
  ['events for each target', { kind: 'flat', ratio: 1.05, slack: 2 }],
  ['longest open history', { kind: 'below', max: longestHistory }],
]

export function trendsOf(samples: Sample[]): Trend[] {
  if (samples.length < fewestSamples)
    throw new Error(
      `${samples.length} samples are too few to see a trend: at least ${fewestSamples} are needed`,
    )
  const third = Math.floor(samples.length / 3)
  const metrics = new Set(samples.flatMap(({ values }) => Object.keys(values)))
  return [...metrics].map((metric) => {
    const of = (some: Sample[]) => some.flatMap(({ values }) => values[metric] ?? [])
    const middle = median(of(samples.slice(third, 2 * third)))
    const last = median(of(samples.slice(2 * third)))
    const max = Math.max(...of(samples))
    const rule = ruleOf(metric)
    return {
      metric,
      middle,
      last,
      max,
      ratio: middle === 0 ? Number(last > 0) + 1 : last / middle,
      rule,
      isGood: isGood(rule, { middle, last, max }),
    }
  })
}

function ruleOf(metric: string): Rule {
  const found = rules.find(([name]) => metric.endsWith(name))
  if (!found) throw new Error(`there is no rule for '${metric}'`)
  return found[1]
}

function isGood(rule: Rule, { middle, last, max }: { middle: number; last: number; max: number }): boolean {
  switch (rule.kind) {
    case 'flat':
      return last <= middle * rule.ratio || last <= middle + rule.slack
    case 'below':
      return max <= rule.max
    case 'shown':
      return true
  }
}
