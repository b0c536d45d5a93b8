import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Journal, readJournal } from '../../simulator/journal.js'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-test-'))
  path = join(folder, 'j.jsonl')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('entries come back in order, bytes as bytes', () => {
  const journal = Journal.create<unknown>(path, [{ n: 1 }])
  journal.append({ n: 2, key: Buffer.from([1, 2]), nested: { key: new Uint8Array([3]) } })
  journal.close()
  expect(readJournal(path)).toEqual([
    { n: 1 },
    { n: 2, key: Buffer.from([1, 2]), nested: { key: Buffer.from([3]) } },
  ])
})

test('a line torn by a kill is dropped, and the next start writes past it', () => {
  Journal.create(path, [{ n: 1 }]).close()
  appendFileSync(path, '{"n":2,"ha')
  expect(readJournal(path)).toEqual([{ n: 1 }])
  const journal = Journal.create(path, readJournal<object>(path))
  journal.append({ n: 3 })
  journal.close()
  expect(readJournal(path)).toEqual([{ n: 1 }, { n: 3 }])
})

test('a damaged line is reported with its place', () => {
  writeFileSync(path, '{"n":1}\nnonsense\n{"n":3}\n')
  expect(() => readJournal(path)).toThrow(/j\.jsonl:2 is not JSON/)
})
