import { expect, test } from 'vitest'
import { withCounts } from '../../../console/src/api/progress-event.js'
import type { RunProgress } from '../../../src/client/runs/progress.js'

const noTargets = { pending: 0, delivered: 0, failed: 0, unknown: 0, skipped: 0, expired: 0 }
const noSends = { pending: 0, sending: 0, acked: 0, failed: 0, unknown: 0, skipped: 0, expired: 0 }

test('what was read before its recipients were gathered has the counts of the event, whole', () => {
  const run = { id: 'run:local/trip@2026-11-30T07:00:00Z', state: 'preparing' }
  const before = {
    run,
    targets: noTargets,
    totalTargets: 0,
    doneTargets: 0,
    sends: noSends,
    totalSends: 0,
    limitPerMinute: 20,
  } as unknown as RunProgress
  const event = {
    runId: run.id,
    targets: { ...noTargets, pending: 37, delivered: 2, skipped: 1 },
    sends: { ...noSends, pending: 74, acked: 4 },
  }
  expect(withCounts(before, { ...event, state: 'running' })).toEqual({
    ...before,
    targets: event.targets,
    sends: event.sends,
    run: { ...run, state: 'running' },
    totalTargets: 40,
    doneTargets: 3,
    totalSends: 78,
  })
  expect(withCounts(before, { ...event, state: 'paused' }).run.state).toBe('preparing')
})
