import { expect, it } from 'vitest'
import { resultOf, type Measured } from '../../../proofs/accounts/report.js'
import { shareOfLimit } from '../../../proofs/shared/share-of-limit.js'

it('the share of a limit is that of its whole minutes, however they are filled', () => {
  const burstsEvery = (ms: number) => [0, 1, 2, 3].flatMap((burst) => [burst * ms, burst * ms, burst * ms])
  expect(shareOfLimit(burstsEvery(60_000), 3)).toBe(1)
  expect(shareOfLimit(burstsEvery(75_000), 3)).toBe(0.8)
  expect(shareOfLimit([0, 1, 2], 3)).toBeUndefined()
})

const good: Measured = {
  accounts: 2,
  groups: 3,
  reminders: 4,
  ratePerMinute: 6,
  shares: [0.99, 0.97],
  sent: 24,
  duplicates: 0,
  cpuMs: { worker: 20, temporal: 10, postgres: 5, whatsapp: 3 },
  idle: { worker: 8, temporal: 4, postgres: 2, whatsapp: 1 },
  workerMb: 400,
}

it('busy accounts: good is what went out once each and used the limits', () => {
  expect(resultOf(good)).toMatchObject({ used: 0.98, leastUsed: 0.97, problems: [], isGood: true })
})

it.each([
  [{ shares: [0.99, 0.96] }, '97.5 % of the limits were used'],
  [{ shares: [0.99, undefined] }, '49.5 % of the limits were used'],
  [{ sent: 23 }, '23 messages went out, and 24 were wanted'],
  [{ duplicates: 1 }, '1 messages went out twice'],
])('busy accounts: %j is not', (change, problem) => {
  expect(resultOf({ ...good, ...change })).toMatchObject({ problems: [problem], isGood: false })
})
