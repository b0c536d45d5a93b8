// The last line of a CI run, 'N passed, N failed', from the results file of vitest and that of the other checks, each of
// which is one. Anything that could hide a failure counts as one: no results, a file that did not load, a runner that
// failed with every test green.
import { readFileSync } from 'node:fs'

const [resultsFile, testExitCode, checksFile] = process.argv.slice(2)

function count() {
  const { testResults, success } = JSON.parse(readFileSync(resultsFile, 'utf8'))
  const passed = testResults.reduce((sum, file) => sum + testsOf(file, 'passed'), 0)
  const failed = testResults.reduce((sum, file) => sum + failuresOf(file), 0)
  if (failed === 0 && (testExitCode !== '0' || passed === 0 || !success)) {
    console.log(
      `The test command ended with ${testExitCode} after ${passed} passed tests: counted as a failure.`,
    )
    return { passed, failed: 1 }
  }
  return { passed, failed }
}

function failuresOf(file) {
  const failed = testsOf(file, 'failed')
  return failed === 0 && file.status === 'failed' ? 1 : failed
}

function testsOf(file, status) {
  return file.assertionResults.filter((result) => result.status === status).length
}

function countChecks() {
  const checks = JSON.parse(readFileSync(checksFile, 'utf8'))
  if (checks.length === 0) throw new Error('there are none')
  const passed = checks.filter(({ outcome }) => outcome === 'passed')
  const skipped = checks.filter(({ outcome }) => outcome === 'skipped')
  const failed = checks.filter((check) => !passed.includes(check) && !skipped.includes(check))
  for (const { name } of failed) console.log(`${name} failed.`)
  for (const { name } of skipped) console.log(`${name}: not looked at, so it counts neither way.`)
  return { passed: passed.length, failed: failed.length }
}

function orFailure(what, counting) {
  try {
    return counting()
  } catch (error) {
    console.log(`The results of the ${what} can't be read: ${error.message}`)
    return { passed: 0, failed: 1 }
  }
}

const tests = orFailure('tests', count)
const checks = orFailure('checks', countChecks)
const passed = tests.passed + checks.passed
const failed = tests.failed + checks.failed
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
