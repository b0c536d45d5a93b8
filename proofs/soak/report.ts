import { fields, table } from '../../src/cli/table.js'
import type { Verdict } from '../chaos/judge.js'
import type { Rule, Trend } from './trend.js'

export type SoakResult = {
  seconds: number
  accounts: number
  workers: number
  samples: number
  reminders: number
  messages: number
  reads: number
  expectedReads: number
  duplicates: number
  lost: number
  outOfOrder: number
  limitExceeded: number
  problems: number
  trends: Trend[]
  isFlat: boolean
  isGood: boolean
}

export function resultOf({
  verdict,
  trends,
  ...rest
}: {
  seconds: number
  accounts: number
  workers: number
  samples: number
  reminders: number
  expectedReads: number
  problems: number
  trends: Trend[]
  verdict: Verdict
}): SoakResult {
  const { messages, reads, duplicates, lost, outOfOrder, limitExceeded, unexpected, disagreements } = verdict
  const bad = duplicates + lost + outOfOrder + limitExceeded + unexpected + disagreements + rest.problems
  const isFlat = trends.every((trend) => trend.isGood)
  return {
    ...rest,
    messages,
    reads,
    duplicates,
    lost,
    outOfOrder,
    limitExceeded,
    problems: rest.problems + unexpected + disagreements,
    trends,
    isFlat,
    isGood: isFlat && bad === 0 && reads === rest.expectedReads && reads > 0,
  }
}

export function reportText(result: SoakResult, evidence: string[]): string {
  const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1))
  return [
    table(
      ['METRIC', 'MIDDLE THIRD', 'LAST THIRD', 'RATIO', 'MOST', 'RULE', ''],
      result.trends.map(({ metric, middle, last, ratio, max, rule, isGood }) => [
        metric,
        number(middle),
        number(last),
        ratio.toFixed(3),
        number(max),
        ruleText(rule),
        isGood ? '✔' : '✖',
      ]),
    ),
    '',
    fields([
      ['Time', `${result.seconds} s, ${result.samples} samples`],
      ['Load', `${result.accounts} accounts on ${result.workers} workers, ${result.reminders} reminders`],
      ['Messages', `${result.messages}, read ${result.reads} times of ${result.expectedReads}`],
      ['Duplicates', String(result.duplicates)],
      ['Lost', String(result.lost)],
      ['Out of order', String(result.outOfOrder)],
      ['Limit exceeded', String(result.limitExceeded)],
      ['Other problems', String(result.problems)],
    ]),
    '',
    result.isGood
      ? '✔ Everything stayed flat, and every message was read once.'
      : '✖ Not everything is as it should be.',
    ...evidence.slice(0, 40).map((line) => `  ${line}`),
  ].join('\n')
}

function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'flat':
      return `ratio ≤ ${rule.ratio}${rule.slack > 0 ? ` or + ≤ ${rule.slack}` : ''}`
    case 'below':
      return `≤ ${rule.max}`
    case 'shown':
      return 'shown only'
  }
}
