import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { kinds } from '../../proofs/api/requests.js'
import type { ApiResult } from '../../proofs/api/report.js'

const home = mkdtempSync(join(tmpdir(), 'carillon-api-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('many clients at once are all answered, rightly, and authentication is one statement of each request', async () => {
  const size = '--clients 20 --reminders 60 --seconds 1 --turns 1'
  const stdout = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['dist/proofs/api/main.js', ...size.split(' '), '--json', '--home', home],
      (_error, out) => resolve(out),
    )
  })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ApiResult
  expect(result.problems).toEqual([])
  expect(result).toMatchObject({ wrong: 0, isGood: true })
  for (const kind of kinds) {
    expect(result.loads[kind].api.perSecond, kind).toBeGreaterThan(0)
    expect(result.inside[kind].statements, kind).toBeGreaterThanOrEqual(2)
  }
}, 600_000)
