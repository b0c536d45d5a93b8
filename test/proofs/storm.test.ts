import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { StormResult } from '../../proofs/storm/report.js'

const home = mkdtempSync(join(tmpdir(), 'carillon-storm-'))
chmodSync(home, 0o755) // as an ordinary folder is: root's Postgres passes through
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('updates that come three times in random order, to processes that are killed, are handled once, in order', async () => {
  const size = '--updates 60 --chats 6 --kills 4'
  const stdout = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['dist/proofs/storm/main.js', ...size.split(' '), '--json', '--home', home],
      (_error, out) => resolve(out),
    )
  })
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as StormResult
  expect(result.problems).toEqual([])
  expect(result).toMatchObject({
    updates: 60,
    handled: 60,
    twice: 0,
    lost: 0,
    outOfOrder: 0,
    dead: 0,
    kills: 4,
    isGood: true,
  })
  expect(result.refused).toBeGreaterThan(0)
}, 600_000)
