import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectRoot } from '../../src/stack/project-root.js'

const page = readFileSync(join(projectRoot(), 'docs/proofs.md'), 'utf8')
const rows = [...page.matchAll(/^\| ([NDOBFWARTS]\d+) +\|[^|]*\| (.*) \|$/gm)].map(
  ([, id = '', tests = '']) => ({
    id,
    tests: [...tests.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)].map(([, file = '', title = '']) => ({
      file,
      title,
    })),
  }),
)

it('docs/proofs.md has a row for every failure, every fault, every thing that WhatsApp does, and what must not happen over HTTP, to receipts, in the inbox and at rest', () => {
  const expected = { N: 6, D: 7, O: 3, B: 6, F: 23, W: 37, A: 20, R: 6, T: 8, S: 8 }
  const ids = Object.entries(expected).flatMap(([letter, count]) =>
    Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
  )
  expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
})

describe.each(rows)('$id is shown by tests that exist', ({ tests }) => {
  it('names one at least', () => expect(tests).not.toEqual([]))
  it.each(tests)('$title', ({ file, title }) => {
    const path = join(projectRoot(), file)
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain(title)
  })
})
