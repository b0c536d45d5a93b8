import { expect, it } from 'vitest'
import type { Sent } from '../../../proofs/storm/deliveries.js'
import { judge } from '../../../proofs/storm/judge.js'

const sent = (updateId: number, firstSentMs: number, firstAcceptedMs: number, chat = 1): Sent => ({
  updateId,
  chat,
  firstSentMs,
  firstAcceptedMs,
})
const four = [sent(1, 0, 10), sent(2, 20, 30), sent(3, 40, 50), sent(4, 0, 5, 2)]
const good = { handled: 4, twice: 0, lost: 0, outOfOrder: 0 }

it.each([
  ['once each, in order', [1, 2, 3], good],
  ['one twice', [1, 2, 2, 3], { ...good, twice: 1 }],
  ['one never', [1, 3], { ...good, handled: 3, lost: 1 }],
  ['one before another that was accepted before it was sent', [2, 1, 3], { ...good, outOfOrder: 1 }],
  ['the last one first', [3, 1, 2], { ...good, outOfOrder: 1 }],
  ['all the wrong way round', [3, 2, 1], { ...good, outOfOrder: 2 }],
])('a storm: %s', (_what, handled, wanted) => {
  expect(
    judge(
      four,
      new Map([
        [1, handled],
        [2, [4]],
      ]),
    ),
  ).toEqual(wanted)
})

it('a storm: of two that were under way at once, either may be the first', () => {
  const both = [sent(1, 0, 20), sent(2, 10, 30)]
  expect(judge(both, new Map([[1, [2, 1]]]))).toMatchObject({ outOfOrder: 0 })
})
