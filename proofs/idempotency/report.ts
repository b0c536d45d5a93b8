import { fields } from '../../src/cli/table.js'
import type { Retry } from './callers.js'
import type { Part, Proved } from './prove.js'

type PartResult = {
  requests: number
  answered: number
  retried: number
  retries: Record<Retry, number>
  wrong: number
  kills: number
}

export type IdempotencyResult = PartResult & {
  reminders: number
  workflows: number
  /** Processes that died when they had written something, and had not seen that. */
  deaths: number
  /** Of the requests whose answers are kept; the figures above are of the creates. */
  kept: PartResult
  problems: string[]
  isGood: boolean
}

/** What a reader can look at. */
const shownOfEach = 10

export function resultOf({
  creates,
  kept,
  expected,
  reminders,
  workflows,
  deaths,
  problems,
}: Proved): IdempotencyResult {
  const parts = [creates, kept]
  const all = [
    ...parts.flatMap(({ wrong }) => wrong.slice(0, shownOfEach)),
    ...problems.slice(0, shownOfEach),
    ...(reminders === expected.reminders
      ? []
      : [`reminders: ${reminders} in Postgres, and ${expected.reminders} keys`]),
    ...(workflows === expected.reminders
      ? []
      : [`reminders: ${workflows} in Temporal, and ${expected.reminders} keys`]),
    ...parts.flatMap(({ answered, requests }) =>
      answered === requests ? [] : [`${requests - answered} callers were never answered`],
    ),
    ...(parts.every(({ retries }) => retries.cutOff > 0)
      ? []
      : ['no request was cut off by a kill: nothing is shown']),
    ...(deaths.length > 0 ? [] : ['no process died with what it had written: nothing is shown']),
  ]
  return {
    ...partResult(creates),
    reminders,
    workflows,
    deaths: deaths.length,
    kept: partResult(kept),
    problems: all,
    isGood: all.length === 0,
  }
}

function partResult({ requests, answered, retries, wrong, kills }: Part): PartResult {
  const retried = Object.values(retries).reduce((sum, times) => sum + times, 0)
  return { requests, answered, retried, retries, wrong: wrong.length, kills }
}

export function reportText(result: IdempotencyResult): string {
  return [
    fields([
      ['Creates', partText(result)],
      ['Reminders', `${result.reminders} in Postgres, ${result.workflows} in Temporal`],
      ['Kept answers', partText(result.kept)],
      ['Deaths', `${result.deaths} after a write that was not seen to be done`],
    ]),
    ...result.problems.map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function partText({ requests, answered, retried, retries, wrong, kills }: PartResult): string {
  return (
    `${requests} callers, ${answered} answered, ${wrong} of them wrongly; ${kills} kills, ${retried} attempts more: ` +
    `${retries.refused} found no process, ${retries.cutOff} were cut off, ${retries.inProgress} told that it is under way, ` +
    `${retries.unavailable} that it cannot be done now`
  )
}
