import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { budget, type AnatomyResult } from '../../proofs/anatomy/report.js'

const home = mkdtempSync(join(tmpdir(), 'carillon-anatomy-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('a reminder of one text to one group keeps to its budget of events, tasks, index writes and statements', async () => {
  const { events, tasks, searchAttributes, statements } = await anatomy()
  const found = { events, tasks, searchAttributes, statements }
  for (const [what, count] of Object.entries(found)) {
    expect(count, what).toBeGreaterThan(0)
    expect(count, what).toBeLessThanOrEqual(budget[what as keyof typeof found])
  }
})

/** Of a small run. Its exit code is not asked for: the times of so few say nothing. */
async function anatomy(): Promise<AnatomyResult> {
  const args = ['dist/proofs/anatomy/main.js', '--reminders', '3', '--groups', '20', '--json', '--home', home]
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, (_error, out) => resolve(out))
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as AnatomyResult
}
