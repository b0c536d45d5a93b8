import { expect, test } from 'vitest'
import { kinds } from '../../proofs/api/requests.js'
import type { ApiResult } from '../../proofs/api/report.js'
import { runProof } from '../support/run-proof.js'

test('many clients at once are all answered, rightly, and authentication is one statement of each request', async () => {
  const size = '--clients 20 --reminders 60 --seconds 1 --turns 1'
  const { result } = await runProof<ApiResult>('api', size)
  expect(result.problems).toEqual([])
  expect(result).toMatchObject({ wrong: 0, isGood: true })
  for (const kind of kinds) {
    expect(result.loads[kind].api.perSecond, kind).toBeGreaterThan(0)
    expect(result.inside[kind].statements, kind).toBeGreaterThanOrEqual(2)
  }
}, 600_000)
