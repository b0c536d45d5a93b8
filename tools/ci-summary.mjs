// The last line of a CI run, 'N passed, N failed', from the results file of vitest. Anything that could hide
// a failure counts as one: no results, a file that did not load, a runner that failed with every test green.
import { readFileSync } from 'node:fs'

const [resultsFile, testExitCode] = process.argv.slice(2)

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

function countOrFail() {
  try {
    return count()
  } catch (error) {
    console.log(`The test results can't be read: ${error.message}`)
    return { passed: 0, failed: 1 }
  }
}

const { passed, failed } = countOrFail()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
