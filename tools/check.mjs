// Everything CI and a reviewer look at, in order of how fast it fails.
import { spawnSync } from 'node:child_process'
import { setup } from './setup.mjs'

const checks = [
  { name: 'Formatting', command: 'npx', args: ['prettier', '--check', '.'] },
  { name: 'Types', command: 'npx', args: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'Lint', command: 'npx', args: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'Tests', command: 'npm', args: ['test', '--silent'] },
]

await setup({ depsOnly: true })
for (const { name, command, args } of checks) {
  console.log(`\n${name}: ${command} ${args.join(' ')}`)
  const { status } = spawnSync(command, args, { stdio: 'inherit' })
  if (status !== 0) {
    console.error(`\n${name} failed.`)
    process.exit(1)
  }
}
console.log('\nFormatting, types, lint and tests are fine.')
