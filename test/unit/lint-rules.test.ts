import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'

type Report = { diagnostics: { code: string; filename: string }[] }

/** A file in each place that has rules of its own, what is wrong with it, and the rule that says so. */
const bad: { place: string; name: string; source: string; rule: string }[] = [
  {
    place: 'src/workflows',
    name: 'floating',
    source: 'export function f(g: () => Promise<void>): void {\n  g()\n}',
    rule: 'no-floating-promises',
  },
  {
    place: 'src/store',
    name: 'bare-catch',
    source: 'export function f(g: () => void): void {\n  try {\n    g()\n  } catch {\n    g()\n  }\n}',
    rule: 'no-bare-catch',
  },
  {
    place: 'src/store',
    name: 'empty-catch',
    source: 'export function f(g: () => Promise<void>): Promise<void> {\n  return g().catch(() => {})\n}',
    rule: 'no-bare-catch',
  },
  {
    place: 'src/domain',
    name: 'switch',
    source:
      "export function f(kind: 'a' | 'b'): number {\n  switch (kind) {\n    case 'a':\n      return 1\n  }\n  return 0\n}",
    rule: 'switch-exhaustiveness-check',
  },
  {
    place: 'src/domain',
    name: 'any',
    source: 'export const f = (value: any): unknown => value',
    rule: 'no-explicit-any',
  },
  ...imports('src/workflows', [
    'node:fs',
    'pg',
    '@whiskeysockets/baileys',
    '@temporalio/client',
    '../store/runs/runs.js',
    '../activities/locks.js',
  ]),
  ...imports('src/domain', [
    'node:crypto',
    'pg',
    '@whiskeysockets/baileys',
    '@temporalio/workflow',
    '../config.js',
  ]),
  ...imports('src/protocol', [
    'node:fs',
    '@temporalio/client',
    '../store/runs/runs.js',
    '../activities/locks.js',
  ]),
  ...imports('src/activities', ['@whiskeysockets/baileys', '../client/client.js', '../workflows/run.js']),
  ...imports('src/client', ['@whiskeysockets/baileys', '../workflows/run.js', '../activities/locks.js']),
  ...imports('src/cli', ['../activities/locks.js']),
  ...imports('src/mcp', ['@whiskeysockets/baileys', '../activities/locks.js']),
  ...imports('src/reconcile', ['../activities/locks.js', '../client/client.js', '../workflows/run.js']),
  ...imports('src/store', ['@whiskeysockets/baileys', '../activities/locks.js']),
  ...imports('src/observe', ['../../simulator/client.js', '../../proofs/shared/system.js']),
  ...imports('src/store', ['../../simulator/client.js']),
  ...imports('simulator', ['../src/domain/ids.js']),
]

function imports(place: string, modules: string[]): typeof bad {
  return modules.map((module, index) => ({
    place,
    name: `import-${index}`,
    // In a folder deeper the same module would have another path, and the rules go by paths.
    source: `import * as other from '${module}'\n\nexport const used = [other]`,
    rule: 'no-restricted-imports',
  }))
}

const good = [
  {
    place: 'src/workflows',
    name: 'type-import',
    source:
      "import type { LockActivities } from '../activities/locks.js'\n\nexport type Used = LockActivities",
  },
  {
    place: 'src/protocol',
    name: 'domain',
    source: "import { mainTaskQueue } from '../domain/ids.js'\n\nexport const used = mainTaskQueue",
  },
]

const marker = `lint-rules-${process.pid}`
const file = ({ place, name }: { place: string; name: string }) => join(place, `${marker}-${name}.ts`)
let reported: Report['diagnostics']

// The rules hold for places, so the bad files are put there, in a copy of the tree's skeleton.
let tree: string
beforeAll(() => {
  mkdirSync(join(projectRoot(), 'test-results'), { recursive: true })
  tree = mkdtempSync(join(projectRoot(), 'test-results', 'lint-'))
  const copied = ['src', 'simulator', 'tools/lint', 'tsconfig.json', '.oxlintrc.json', 'package.json']
  for (const path of copied) execFileSync('cp', ['-r', '--parents', path, tree], { cwd: projectRoot() })
  execFileSync('ln', ['-s', join(projectRoot(), 'node_modules'), join(tree, 'node_modules')])
  for (const one of [...bad, ...good]) writeFileSync(join(tree, file(one)), `${one.source}\n`)
  const oxlint = join(projectRoot(), 'node_modules/.bin/oxlint')
  const args = ['--type-aware', '--format', 'json', ...[...bad, ...good].map(file)]
  const { stdout, stderr } = spawnSync(oxlint, args, { cwd: tree, encoding: 'utf8' })
  if (!stdout.startsWith('{')) throw new Error(`oxlint said: ${stdout}${stderr}`)
  reported = (JSON.parse(stdout) as Report).diagnostics
})
afterAll(() => {
  if (existsSync(tree)) rmSync(tree, { recursive: true, force: true })
})

const rulesAgainst = (one: { place: string; name: string }) =>
  reported.filter(({ filename }) => filename.endsWith(file(one))).map(({ code }) => code)

test.each(bad)('$place: $rule catches $name', (one) => {
  expect(rulesAgainst(one).join()).toContain(one.rule)
})

test.each(good)('$place: $name is allowed', (one) => {
  expect(rulesAgainst(one)).toEqual([])
})
