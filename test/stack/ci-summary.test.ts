import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { temporaryFolder } from './support/temporary-home.js'

const script = fileURLToPath(new URL('../../tools/ci-summary.mjs', import.meta.url))

const green = { status: 'passed', assertionResults: [{ status: 'passed' }, { status: 'passed' }] }
const red = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] }
const skipped = { status: 'passed', assertionResults: [{ status: 'skipped' }, { status: 'todo' }] }
const notLoaded = { status: 'failed', assertionResults: [] }

it.each([
  { name: 'all green', suites: [green, skipped], exitCode: 0, last: '3 passed, 0 failed', status: 0 },
  { name: 'a red test', suites: [green, red], exitCode: 1, last: '4 passed, 1 failed', status: 1 },
  {
    name: 'a file that does not load',
    suites: [green, notLoaded],
    exitCode: 1,
    last: '3 passed, 1 failed',
    status: 1,
  },
  { name: 'both', suites: [green, red, notLoaded], exitCode: 1, last: '4 passed, 2 failed', status: 1 },
  {
    name: 'a runner that fails after green tests',
    suites: [green],
    exitCode: 1,
    last: '3 passed, 1 failed',
    status: 1,
  },
  { name: 'no test', suites: [skipped], exitCode: 0, last: '1 passed, 1 failed', status: 1 },
])('closes with the true counts: $name', ({ suites, exitCode, last, status }) => {
  const file = join(temporaryFolder(), 'results.json')
  writeFileSync(file, JSON.stringify({ success: exitCode === 0, testResults: suites }))
  expect(summarise(file, exitCode, [true])).toEqual({ last, status })
})

it.each([
  { name: 'each check is one', checks: [true, true, true], last: '5 passed, 0 failed', status: 0 },
  { name: 'one that failed', checks: [true, false, true], last: '4 passed, 1 failed', status: 1 },
  { name: 'none was run', checks: [], last: '2 passed, 1 failed', status: 1 },
  {
    name: 'one that could not be looked at',
    checks: [true, 'skipped'],
    last: '3 passed, 0 failed',
    status: 0,
  },
  { name: 'nobody knows what became of them', checks: undefined, last: '2 passed, 1 failed', status: 1 },
] as const)('counts format, types and lint beside the tests: $name', ({ checks, last, status }) => {
  const file = join(temporaryFolder(), 'results.json')
  writeFileSync(file, JSON.stringify({ success: true, testResults: [green] }))
  expect(summarise(file, 0, checks)).toEqual({ last, status })
})

it.each([
  { name: 'there are no results', content: undefined },
  { name: 'the results break off', content: '{"testResults": [' },
  { name: 'the results are of another form', content: '{}' },
])('counts a failure when $name', ({ content }) => {
  const file = join(temporaryFolder(), 'results.json')
  if (content !== undefined) writeFileSync(file, content)
  expect(summarise(file, 0, [true])).toEqual({ last: '1 passed, 1 failed', status: 1 })
})

/** @param checks whether each passed; undefined where the file is missing */
function summarise(file: string, exitCode: number, checks?: readonly (boolean | 'skipped')[]) {
  const checksFile = join(temporaryFolder(), 'checks.json')
  const outcomeOf = (passed: boolean | 'skipped') => (passed === true ? 'passed' : passed || 'failed')
  if (checks)
    writeFileSync(
      checksFile,
      JSON.stringify(checks.map((one) => ({ name: 'Types', outcome: outcomeOf(one) }))),
    )
  const { stdout, status } = spawnSync(process.execPath, [script, file, String(exitCode), checksFile], {
    encoding: 'utf8',
  })
  return { last: stdout.trimEnd().split('\n').at(-1), status }
}
