// Everything CI and a reviewer look at, in order of how fast it fails. With `--static <file>` all but the tests, each of
// them whatever became of the others, and what became of each as JSON in that file.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setup } from './setup.mjs'

const checks = [
  { name: 'Formatting', command: 'npx', args: ['prettier', '--check', '.'] },
  { name: 'Types', command: 'npx', args: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'Lint', command: 'npx', args: ['oxlint', '--type-aware', '--deny-warnings'] },
]
// One of them compares src/store/schema.sql with what the migrations make.
const tests = { name: 'Tests', command: 'npm', args: ['test', '--silent'] }

await setup({ depsOnly: true })
const file = process.argv[2] === '--static' ? process.argv[3] : undefined
if (file === undefined) stopAtTheFirst()
else runEach(file)

function stopAtTheFirst() {
  for (const check of [...checks, tests])
    if (!passes(check)) {
      console.error(`\n${check.name} failed.`)
      process.exit(1)
    }
  console.log('\nFormatting, types, lint and tests are fine.')
}

function runEach(file) {
  const results = checks.map((check) => ({ name: check.name, passed: passes(check) }))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(results))
}

function passes({ name, command, args }) {
  console.log(`\n${name}: ${command} ${args.join(' ')}`)
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0
}
