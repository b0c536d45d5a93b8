import { expect, test } from 'vitest'
import type { IdempotencyResult } from '../../proofs/idempotency/report.js'
import { runProof } from '../support/run-proof.js'

test('what is sent many times at once, through processes that are killed, is done once, and everybody hears the same', async () => {
  const size = '--keys 8 --times 6 --kept 2 --kills 2'
  const { result } = await runProof<IdempotencyResult>('idempotency', size)
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
