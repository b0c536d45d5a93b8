import { fields } from '../../src/cli/table.js'
import type { Fuzzed, Who } from './schemathesis.js'

export type FuzzResult = {
  /** Of all together. */
  requests: number
  failures: number
  by: Record<Who, { requests: number; failures: number; statuses: Record<string, number> }>
  problems: string[]
  isGood: boolean
}

export function resultOf({
  fuzzed,
  routes,
  isTokenGood,
  asNobody,
}: {
  fuzzed: Record<Who, Fuzzed>
  /** All that the document has: `GET /v1/accounts`. */
  routes: readonly string[]
  /** Whether the owner's token was of use until the end. */
  isTokenGood: boolean
  asNobody: { requests: number; failures: string[] }
}): FuzzResult {
  const answered = new Set(
    fuzzed.owner.answers.filter(({ status }) => status < 300).map(({ route }) => route),
  )
  const unreached = routes.filter((route) => !answered.has(route))
  const runs = Object.values(fuzzed)
  const problems = [
    ...runs.flatMap(problemsOf),
    ...asNobody.failures.map((failure) => `without a token: ${failure}`),
    ...unreached.map((route) => `${route}: never answered 2xx, so what it answers was not looked at`),
    ...(isTokenGood
      ? []
      : ['the token of the owner was revoked on the way: what came after it shows nothing']),
  ]
  return {
    requests: runs.reduce((sum, one) => sum + requestsOf(one), asNobody.requests),
    failures: problems.length,
    by: {
      owner: countsOf(fuzzed.owner),
      stranger: countsOf(fuzzed.stranger),
      nobody: countsOf(fuzzed.nobody),
    },
    problems,
    isGood: problems.length === 0,
  }
}

function problemsOf({ who, failures, errors, logFile }: Fuzzed): string[] {
  return [
    ...failures.map(
      ({ title, times, routes }) =>
        `as ${who}: ${title}, ${times} times (${routes.slice(0, 5).join(', ')}): see ${logFile}`,
    ),
    ...errors.map(({ title, times }) => `as ${who}: ${title}, ${times} times: see ${logFile}`),
  ]
}

function requestsOf({ answers }: Fuzzed): number {
  return answers.reduce((sum, { times }) => sum + times, 0)
}

function countsOf(fuzzed: Fuzzed): FuzzResult['by'][Who] {
  const statuses: Record<string, number> = {}
  for (const { status, times } of fuzzed.answers) statuses[status] = (statuses[status] ?? 0) + times
  const { failures, errors } = fuzzed
  return { requests: requestsOf(fuzzed), failures: failures.length + errors.length, statuses }
}

const shownProblems = 30

export function reportText(result: FuzzResult): string {
  const { owner, stranger, nobody } = result.by
  return [
    fields([
      ['Requests', `${result.requests}`],
      ['As owner', text(owner)],
      ['Another token', text(stranger)],
      ['No token', text(nobody)],
      ['Failures', `${result.failures}`],
    ]),
    ...result.problems.slice(0, shownProblems).map((problem) => `✖ ${problem}`),
  ].join('\n')
}

function text({ requests, statuses }: FuzzResult['by'][Who]): string {
  const each = Object.entries(statuses).map(([status, times]) => `${status}: ${times}`)
  return `${requests} (${each.join(', ')})`
}
