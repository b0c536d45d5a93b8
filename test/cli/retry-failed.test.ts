import { describe, expect, it } from 'vitest'
import { CarillonError } from '../../src/client/errors.js'
import type { RetryFailedOptions, RetryFailedResult } from '../../src/client/runs/retry-failed.js'
import { asked as askedAs, run } from './support.js'
import { reminderDetails, runView as view } from './views.js'

const { id } = view
function answering(result: RetryFailedResult) {
  const asked: unknown[] = []
  const retryFailed = async (...call: [string, RetryFailedOptions?]) => {
    asked.push(call)
    return result
  }
  return { asked, client: { runs: { retryFailed } } }
}

describe('run retry-failed', () => {
  const retried = { kind: 'retried', targets: 2, deadline: '2026-11-24T18:00:00Z', run: view } as const

  it('passes on the run, why and how long to wait, and says what is sent again', async () => {
    const { asked, client } = answering(retried)
    const args = ['run', 'retry-failed', id, '--reason', 'added again', '--timeout', '50s']
    const { stdout, exitCode } = await run(args, { client })
    expect(exitCode).toBe(0)
    expect(asked).toEqual([[id, askedAs({ reason: 'added again', timeoutMs: 50_000 })]])
    expect(stdout.split('\n')).toEqual([
      `Run '${id}' sends to 2 failed targets again, until 2026-11-24T18:00:00Z`,
      `Follow it: carillon run watch ${id}`,
    ])
    const json = await run([...args, '--json'], { client })
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'retried', targets: 2, run: { id } })
  })

  it('takes a reminder key for its latest run', async () => {
    const { asked, client } = answering(retried)
    const show = async () => ({ ...reminderDetails, state: 'completed' as const, runs: [view] })
    await run(['run', 'retry-failed', 'trip'], { client: { ...client, reminders: { show } } })
    expect(asked).toEqual([[id, askedAs({})]])
  })

  it('says that a retry is under way, or that nothing has failed', async () => {
    const already = await run(['run', 'retry-failed', id], answering({ kind: 'already', run: view }))
    expect(already).toMatchObject({
      exitCode: 0,
      stdout: `Run '${id}' is sending to its failed targets again already (waiting)`,
    })
    const counts = { pending: 0, delivered: 4, failed: 0, unknown: 0, skipped: 0, expired: 0 }
    const done = { ...view, state: 'completed' as const }
    const nothing = await run(['run', 'retry-failed', id], answering({ kind: 'nothing', counts, run: done }))
    expect(nothing).toMatchObject({
      exitCode: 0,
      stdout: `Run '${id}' is completed: no target has failed, so there is nothing to send again`,
    })
  })

  it('ends with 4 while the run is under way', async () => {
    const retryFailed = async () => {
      throw new CarillonError(
        'conflict',
        `Run '${id}' is still running (paused): wait for its end, or cancel it.`,
      )
    }
    const { exitCode, stderr } = await run(['run', 'retry-failed', id], { client: { runs: { retryFailed } } })
    expect(exitCode).toBe(4)
    expect(stderr).toMatch(/still running \(paused\)/)
  })
})
