import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rotatingLog } from '../../src/log-file.js'
import { cutIfFull } from '../../src/stack/service.js'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-log-'))
  file = join(folder, 'worker.log')
})
afterEach(() => rmSync(folder, { recursive: true }))

const lines = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
const line = (number: number) => `line ${String(number).padStart(4, '0')}`

it('a log that is full becomes the one before, no line is lost between the two, and no third one is kept', () => {
  const log = rotatingLog(file, 1_000)
  for (let number = 1; number <= 250; number++) log.write(`${line(number)}\n`)
  log.end()
  expect(readdirSync(folder).toSorted()).toEqual(['worker.log', 'worker.log.1'])
  const kept = [...lines('worker.log.1'), ...lines('worker.log')]
  expect(kept.at(-1)).toBe(line(250))
  expect(kept).toEqual(Array.from({ length: kept.length }, (_, index) => line(250 - kept.length + 1 + index)))
  expect(kept.length).toBeGreaterThan(100)
  expect(kept.length).toBeLessThan(220)
})

it('goes on in the log that is there, as long as that has room', () => {
  writeFileSync(file, 'before\n')
  const log = rotatingLog(file, 1_000)
  log.write('after\n')
  log.end()
  expect(lines('worker.log')).toEqual(['before', 'after'])
})

it('the log of another process is cut while that has it open', async () => {
  writeFileSync(file, `${'x'.repeat(2_000)}\n`)
  await cutIfFull(file, 10_000)
  expect(lines('worker.log')).toEqual(['x'.repeat(2_000)])
  await cutIfFull(file, 1_000)
  expect(readFileSync(file, 'utf8')).toBe('')
  expect(lines('worker.log.1')).toEqual(['x'.repeat(2_000)])
})
