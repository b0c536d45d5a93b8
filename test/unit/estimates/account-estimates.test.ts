import { beforeEach, expect, test } from 'vitest'
import { accountEstimates, halfAMinuteMs, type Pass } from '../../../src/estimates/account-estimates.js'

const accountId = 'office'
let nowMs = 0
let costMs = 400
let ids: string[] = []
let passes: string[] = []
let fails = false

const eta = (runId: string) => ({ finishesAtMs: runId.length, unsent: 0 })

const estimates = () =>
  accountEstimates({
    keepMs: () => halfAMinuteMs,
    clock: () => nowMs,
    async estimate(accountId): Promise<Pass> {
      passes.push(accountId)
      const read = ids
      await Promise.resolve()
      nowMs += costMs
      if (fails) throw new Error('Postgres is away')
      return new Map(read.map((id) => [id, eta(id)]))
    },
  })

beforeEach(() => {
  nowMs = 1_000
  costMs = 400
  ids = ['run:a', 'run:b']
  passes = []
  fails = false
})

test('all who ask for an account at once, and for half a minute, have one pass', async () => {
  const { of } = estimates()
  const asked = Array.from(
    { length: 1_000 },
    async (_, i) => await of({ accountId, runId: ids[i % 2] ?? '' }),
  )
  expect(await Promise.all(asked)).toHaveLength(1_000)
  nowMs += halfAMinuteMs - 1
  expect(await of({ accountId, runId: 'run:a' })).toEqual(eta('run:a'))
  expect(passes).toEqual([accountId])
  nowMs += 1
  await of({ accountId, runId: 'run:a' })
  expect(passes).toEqual([accountId, accountId])
})

test('each account has its own', async () => {
  const { of } = estimates()
  await Promise.all([of({ accountId, runId: 'run:a' }), of({ accountId: 'branch', runId: 'run:a' })])
  expect(passes).toEqual([accountId, 'branch'])
})

test('runs that come after it have a new one sooner, but not for each of them', async () => {
  const { of } = estimates()
  await of({ accountId, runId: 'run:a' })
  ids = [...ids, 'run:new']
  // A pass of 400 ms is one in 20 s at most.
  expect(await of({ accountId, runId: 'run:new' })).toBeUndefined()
  nowMs += 20_000
  expect(await of({ accountId, runId: 'run:new' })).toEqual(eta('run:new'))
  expect(await of({ accountId, runId: 'run:newer' })).toBeUndefined()
  expect(passes).toHaveLength(2)
})

test('one that fails is told to all who wait for it, and the next one tries again', async () => {
  const { of } = estimates()
  fails = true
  const [first, second] = await Promise.allSettled([
    of({ accountId, runId: 'run:a' }),
    of({ accountId, runId: 'run:b' }),
  ])
  expect([first.status, second.status]).toEqual(['rejected', 'rejected'])
  expect(passes).toHaveLength(1)
  fails = false
  expect(await of({ accountId, runId: 'run:a' })).toEqual(eta('run:a'))
})
