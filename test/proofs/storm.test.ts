import { expect, test } from 'vitest'
import type { StormResult } from '../../proofs/storm/report.js'
import { runProof } from '../support/run-proof.js'

test('updates that come three times in random order, to processes that are killed, are handled once, in order', async () => {
  const size = '--updates 60 --chats 6 --kills 4'
  const { result } = await runProof<StormResult>('storm', size)
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
