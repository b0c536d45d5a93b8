import { afterAll, beforeAll, expect, test } from 'vitest'
import { lockWorkflowId } from '../../src/domain/ids.js'
import { lockQueueQuery } from '../../src/protocol/messages.js'
import { eventually } from '../support/eventually.js'
import { holdLock } from '../support/holding-run.js'
import { lockHistory } from '../support/lock-history.js'
import { startSystem, type System } from '../support/system.js'
import { countWaiting, startStoredRun, storeRuns, waitingRunId } from '../support/waiting-runs.js'

const accountId = 'office'
const phone = '15550007401'
const waiting = 200
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: accountId, phone, ratePerMinute: 40 })
})
afterAll(() => system.close())

test('200 runs wait for one account: its lock hears of few of them, shows twenty, and a pause is answered', async () => {
  const { database, temporal, operator, client } = system
  const { release } = await holdLock(system, { accountId, phone })

  await storeRuns(database, { operator, accountId, first: 0, count: waiting, sends: 2 })
  for (let index = 0; index < waiting; index += 10)
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        await startStoredRun(temporal, { operator, accountId }, index + i)
      }),
    )
  await eventually(async () => expect(await countWaiting(database, accountId)).toBe(waiting), {
    timeoutMs: 300_000,
  })

  // All of them would be 200 signals: this is the first, and one in 15 s however slow the machine is.
  const { signals, events } = await lockHistory(temporal, accountId)
  expect(signals).toBeLessThan(waiting / 5)
  expect(events).toBeLessThan(2 * waiting)
  const lock = temporal.workflow.getHandle(lockWorkflowId(accountId))
  await eventually(async () => {
    const queue = await lock.query(lockQueueQuery)
    expect(queue.waitingCount).toBe(waiting)
    expect(queue.waiting).toHaveLength(20)
  })

  // One that is paused leaves the queue, without a word to the lock.
  const paused = waitingRunId(operator, 7)
  const before = await lockHistory(temporal, accountId)
  const answer = await client.runs.pause(paused, { reason: 'lunch' })
  expect(answer).toMatchObject({ confirmed: true, state: { state: 'paused' } })
  await eventually(async () => expect(await countWaiting(database, accountId)).toBe(waiting - 1))
  expect((await lockHistory(temporal, accountId)).signals).toBe(before.signals)

  // The estimate has all of them, each behind those in front of it.
  const { finishesAt } = await client.runs.progress(waitingRunId(operator, waiting - 1))
  expect(finishesAt?.getTime()).toBeGreaterThan(Date.now())
  await release()
}, 600_000)
