import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { growing } from '../../../proofs/statements/growth.js'
import { allStatements } from '../../../proofs/statements/list/all.js'
import { readNotice } from '../../../proofs/statements/plan.js'
import { readOptions } from '../../../proofs/statements/options.js'
import { projectRoot } from '../../../src/stack/project-root.js'

const folder = join(projectRoot(), 'src/store')
// What carries the statements of others, is asked once in the life of a process, or reads everything on purpose.
const notMeasured = [
  'database.clientLike',
  'database.dropConnections',
  'database.inSnapshot',
  'database.inTransaction',
  'database.readSecretAnew',
  'database.sealedAs',
  'database.sealingOf',
  'encryption/index-secret.readIndexSecret',
  'encryption/index-secret.sealSecretAnew',
  'migrate.migrate',
  'rotation/check-sealed.checkSealed',
  'rotation/hide-numbers.hideNumbers',
  'rotation/keys-in-use.keysInUse',
  'rotation/rotate-batch.rotateBatch',
  'rotation/rotation.rotate',
]

/** The exported functions of src/store that are given a database, as `file.function`. */
function functionsOfTheStore(): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(folder, name), 'utf8')
      const found = text.matchAll(/^export (?:async )?function (\w+)(?:<[^(]*>)?\(([^]*?)\)(?::[^]*?)? \{$/gm)
      return [...found]
        .filter(([, , parameters = '']) => /\b(Queryable|Database|PoolClient|Pool)\b/.test(parameters))
        .map(([, own]) => `${name.replace(/\.ts$/, '')}.${own}`)
    })
}

it('bench:statements runs every function of the store that asks Postgres something', () => {
  const expected = functionsOfTheStore().filter((name) => !notMeasured.includes(name))
  expect(expected.length).toBeGreaterThan(90)
  expect(Object.keys(allStatements).toSorted()).toEqual(expected.toSorted())
})

const notice = (plan: object) =>
  `duration: 12.5 ms  plan:\n${JSON.stringify({ 'Query Text': 'select  *\n from run', Plan: plan })}`

it('of a plan it knows the pages, the rows that were looked at and returned, and the scans of tables that grow', () => {
  const scan = (name: string) => ({ 'Node Type': 'Seq Scan', 'Relation Name': name, 'Actual Loops': 2 })
  const plan = {
    'Node Type': 'Nested Loop',
    'Actual Rows': 3,
    'Actual Loops': 1,
    'Shared Hit Blocks': 40,
    'Shared Read Blocks': 2,
    Plans: [
      { ...scan('account'), 'Actual Rows': 1 },
      { ...scan('run'), 'Actual Rows': 3, 'Rows Removed by Filter': 97 },
    ],
  }
  expect(readNotice(notice(plan))).toEqual({
    text: 'select * from run',
    ms: 12.5,
    buffers: 42,
    read: 202,
    rows: 3,
    scans: ['run'],
  })
  expect(readNotice('the column will be ignored')).toBeUndefined()
})

it('a statement that reads ten times as much of ten times as much is growing, unless it returns that more', () => {
  const one = { name: 'a.b', text: 'x', calls: 1, ms: 1, buffers: 200, read: 1_000, rows: 10, scans: [] }
  const grown = (change: Partial<typeof one>) =>
    growing(new Map([['k', one]]), new Map([['k', { ...one, ...change }]]))
  expect(grown({ buffers: 300, read: 1_500 })).toEqual([])
  expect(grown({ buffers: 6_000 })).toEqual([{ name: 'a.b', text: 'x', unit: 'pages', from: 200, to: 6_000 }])
  expect(grown({ read: 10_000 })).toEqual([{ name: 'a.b', text: 'x', unit: 'rows', from: 1_000, to: 10_000 }])
  expect(grown({ buffers: 6_000, read: 10_000, rows: 1_000 })).toEqual([])
  // An index scan of the same rows: a few pages for each.
  expect(grown({ buffers: 5_000 })).toEqual([])
})

it('a scale that is none is refused', () => {
  expect(() => readOptions(['--scale', 'ten'])).toThrow(
    `--scale: expected a number from 0.002 to 10, got 'ten'`,
  )
  expect(readOptions(['--scale', '0.01', '--json'])).toMatchObject({ scale: 0.01, isJson: true })
})
