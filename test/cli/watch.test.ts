import { describe, expect, it } from 'vitest'
import type { RunProgress } from '../../src/client/runs/progress.js'
import type { ReminderDetails } from '../../src/client/reminders/summary.js'
import type { RunState } from '../../src/domain/states.js'
import { run } from './support.js'
import { reminderDetails, runView } from './views.js'

const runId = runView.id

function progress(state: RunState, delivered: number, change: Partial<RunProgress> = {}): RunProgress {
  const finished = state === 'completed' || state === 'partial' ? new Date('2026-11-24T06:01:00Z') : null
  return {
    run: {
      id: runId,
      key: 'trip',
      accountId: 'school',
      state,
      reason: null,
      priority: 5,
      scheduledAt: new Date('2026-11-24T06:00:00Z'),
      deadline: null,
      waitsUntil: null,
      hold: null,
      createdAt: new Date('2026-11-24T06:00:00Z'),
      startedAt: new Date('2026-11-24T06:00:00Z'),
      finishedAt: finished,
    },
    targets: { pending: 4 - delivered, delivered, failed: 0, unknown: 0, skipped: 0, expired: 0 },
    totalTargets: 4,
    doneTargets: delivered,
    sends: {
      pending: 4 - delivered,
      sending: 0,
      acked: delivered,
      failed: 0,
      unknown: 0,
      skipped: 0,
      expired: 0,
    },
    totalSends: 4,
    limitPerMinute: 40,
    ...change,
  }
}

const watching = (...steps: RunProgress[]) => ({
  client: {
    runs: {
      async *watch() {
        yield* steps
      },
    },
  },
})

describe('run watch', () => {
  it('writes a line for each change of state, and how it ended', async () => {
    const { exitCode, stdout } = await run(
      ['run', 'watch', runId],
      watching(
        progress('waiting', 0, { waitsFor: 'its turn' }),
        progress('running', 1, { ratePerMinute: 38.4, etaMs: 125_000 }),
        progress('running', 2),
        progress('completed', 4),
      ),
    )
    expect(exitCode).toBe(0)
    expect(stdout.split('\n')).toEqual([
      'waiting · 0 of 4 delivered, 4 pending · 0/4 messages · waits for its turn',
      'running · 1 of 4 delivered, 3 pending · 1/4 messages · 38/min · 2:05 left',
      'completed · 4 of 4 delivered · 4/4 messages',
      '✔ completed: 4 of 4 delivered, in 1 min',
    ])
  })

  it('has an exit code of its own when not everything was delivered', async () => {
    const targets = { pending: 0, delivered: 3, failed: 1, unknown: 0, skipped: 0, expired: 0 }
    const { exitCode, stdout } = await run(
      ['run', 'watch', runId],
      watching(progress('partial', 3, { targets })),
    )
    expect(exitCode).toBe(7)
    expect(stdout).toMatch(/✖ partial: 3 of 4 delivered, 1 failed/)
    expect(stdout).toMatch(/carillon run show/)
  })

  it('writes a line of JSON for each change of facts, not for each look', async () => {
    const steps = [
      progress('running', 1, { etaMs: 3_000 }),
      progress('running', 1, { etaMs: 2_500 }),
      progress('completed', 4),
    ]
    const { stdout } = await run(['run', 'watch', runId, '--json'], watching(...steps))
    const lines = stdout.split('\n').map((line) => JSON.parse(line) as RunProgress)
    expect(lines.map((line) => [line.run.state, line.targets.delivered])).toEqual([
      ['running', 1],
      ['completed', 4],
    ])
  })

  it('waits for the run of a reminder that is scheduled', async () => {
    const scheduled = { ...reminderDetails, nextFire: new Date('2026-11-24T06:00:09Z') }
    const answers = [scheduled, { ...scheduled, state: 'running' as const, runs: [runView] }]
    const watched: string[] = []
    const { exitCode, stdout } = await run(['run', 'watch', 'trip'], {
      client: {
        reminders: {
          show: async () => (answers.length > 1 ? answers.shift() : answers[0]) as ReminderDetails,
        },
        runs: {
          async *watch(id: string) {
            watched.push(id)
            yield progress('completed', 4)
          },
        },
      },
    })
    expect(exitCode).toBe(0)
    expect(watched).toEqual([runId])
    expect(stdout).toMatch(/^Reminder 'trip' is scheduled, due in 9 s/)
  })

  it('ends where a reminder ended without a run', async () => {
    const missed = { ...reminderDetails, state: 'missed' as const, reason: 'too late', nextFire: null }
    const show = async () => missed
    const { exitCode, stderr } = await run(['run', 'watch', 'trip'], { client: { reminders: { show } } })
    expect(exitCode).toBe(5)
    expect(stderr).toMatch(/is over \(missed: too late\) and had no run/)
  })
})
