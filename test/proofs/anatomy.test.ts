import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { budget, type AnatomyResult } from '../../proofs/anatomy/report.js'

const home = mkdtempSync(join(tmpdir(), 'carillon-anatomy-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/**
 * The run's own events are shared by few targets here, and its looks at when it ends come by the clock: a run that is slow has
 * one or two more. One event more for each target would be one whole.
 */
const sharedByFew = 0.5

test('a reminder to one group, and a target of a fan-out, keep to their budgets of events, tasks, index writes and statements', async () => {
  const found = await anatomy()
  for (const [what, most] of Object.entries(budget)) {
    const count = found[what as keyof typeof budget]
    expect(count, what).toBeGreaterThan(0)
    expect(count, what).toBeLessThanOrEqual(most + (what === 'eventsPerTarget' ? sharedByFew : 0))
  }
})

/** Of a small run. Its exit code is not asked for: its fan-out is small. */
async function anatomy(): Promise<AnatomyResult> {
  const args = [
    'dist/proofs/anatomy/main.js',
    '--reminders',
    '3',
    '--groups',
    '200',
    '--counts',
    '--json',
    '--home',
    home,
  ]
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, (_error, out) => resolve(out))
  })
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as AnatomyResult
}
