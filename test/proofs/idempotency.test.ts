import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { IdempotencyResult } from '../../proofs/idempotency/report.js'

const home = mkdtempSync(join(tmpdir(), 'carillon-idempotency-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('what is sent many times at once, through processes that are killed, is done once, and everybody hears the same', async () => {
  const size = '--keys 8 --times 6 --kept 2 --kills 2'
  const stdout = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['dist/proofs/idempotency/main.js', ...size.split(' '), '--json', '--home', home],
      (_error, out) => resolve(out),
    )
  })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as IdempotencyResult
  expect(result.problems).toEqual([])
  expect(result).toMatchObject({
    requests: 48,
    answered: 48,
    wrong: 0,
    reminders: 8,
    workflows: 8,
    kept: { requests: 60, answered: 60, wrong: 0 },
    isGood: true,
  })
  expect(result.retried).toBeGreaterThan(0)
  expect(result.kept.retries.cutOff).toBeGreaterThan(0)
  expect(result.deaths).toBeGreaterThan(0)
}, 600_000)
