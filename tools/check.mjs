// Everything CI and a reviewer look at, in order of how fast it fails. With `--static <file>` all but the tests, each of
// them whatever became of the others, and what became of each as JSON in that file. What could not be looked at has neither
// passed nor failed, and that is said.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setup } from './setup.mjs'

const checks = [
  { name: 'Formatting', command: 'npx', args: ['prettier', '--check', '.'] },
  { name: 'Types', command: 'npx', args: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'Types of the console', command: 'npx', args: ['tsc', '-p', 'console/tsconfig.json'] },
  { name: 'Lint', command: 'npx', args: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'Audit', command: 'node', args: ['tools/audit.mjs'], skippedWith: 75 },
]
// One of them compares src/store/schema.sql with what the migrations make.
const tests = { name: 'Tests', command: 'npm', args: ['test', '--silent'] }

await setup({ depsOnly: true })
const file = process.argv[2] === '--static' ? process.argv[3] : undefined
if (file === undefined) stopAtTheFirst()
else runEach(file)

function stopAtTheFirst() {
  const results = []
  for (const check of [...checks, tests]) {
    const result = run(check)
    results.push(result)
    if (result.outcome !== 'failed') continue
    console.error(`\n${check.name} failed.`)
    process.exit(1)
  }
  const named = (outcome) => results.filter((one) => one.outcome === outcome).map(({ name }) => name)
  const skipped = named('skipped')
  console.log(
    `\nFine: ${named('passed').join(', ')}.${skipped.length > 0 ? ` Not looked at: ${skipped.join(', ')}.` : ''}`,
  )
}

function runEach(file) {
  const results = checks.map(run)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(results))
}

function run({ name, command, args, skippedWith }) {
  console.log(`\n${name}: ${command} ${args.join(' ')}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== null && status === skippedWith) return { name, outcome: 'skipped' }
  return { name, outcome: status === 0 ? 'passed' : 'failed' }
}
