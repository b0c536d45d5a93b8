import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { Blocker } from '../support/postgres-locks.js'
import { expectDeliveredOnce, ledgerOf, remind, stanzasOf, type Reminded } from '../support/reminding.js'
import { mostInAnyWindow } from '../../proofs/shared/most-in-any-window.js'
import { startSystem, type System } from '../support/system.js'
import { epochOf, killOwner, ownerOf } from '../support/workers.js'

const texts = ['first part', 'second part']
let system: System

beforeAll(async () => {
  system = await startSystem()
})
afterEach(() => Blocker.releaseAll())
afterAll(() => system.close())

test('a reminder that would pass the daily cap waits, says until when, and goes on when it may', async () => {
  await system.pairAccount({ id: 'capped', phone: '15550009001' })
  expect(await system.client.accounts.set('capped', { dailyCap: 3 })).toMatchObject({ dailyCapNow: 3 })
  const groups = await system.createGroups({ phone: '15550009001', groups: 3, members: 2 })
  const reminded = await remind(system, {
    key: 'capped',
    account: 'capped',
    groups,
    texts,
    groupConcurrency: 1,
  })
  const { waitsFor } = await eventually(async () => {
    const progress = await system.client.runs.progress(reminded.runId)
    expect(progress.waitsFor).toMatch(/^the account's cap of 3 in 24 hours/)
    return progress
  })
  const [until] = /\d{4}-\S+Z/.exec(waitsFor ?? '') ?? []
  const inMs = Date.parse(until ?? '') - Date.now()
  expect(inMs).toBeGreaterThan(23 * 3_600_000)
  expect(inMs).toBeLessThanOrEqual(24 * 3_600_000)
  // The last slot is taken a moment before its message is on the wire.
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(3))

  // Who waits so long still obeys: a pause gives the lock back.
  expect(await system.client.runs.pause(reminded.runId)).toMatchObject({ confirmed: true })
  await eventually(async () => expect((await system.client.accounts.show('capped')).lockHolder).toBeNull())
  await system.client.runs.resume(reminded.runId)
  expect(await stanzasOf(system, reminded)).toBe(3)

  // As if a day had passed for the first send, and then by a higher cap.
  await system.database.query(
    `update rate_slot set at = at - interval '25 hours'
     where id = (select min(id) from rate_slot where account_id = 'capped')`,
  )
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(4))
  await system.client.accounts.set('capped', { dailyCap: 100 })
  await expectDeliveredOnce(system, reminded)
})

describe('the limits of a minute, where the server counts', () => {
  const limit = 12
  const reminderLimit = 6
  let many: Reminded
  let slow: Reminded

  // The owner of both sessions is killed in the middle of the first window, and another takes over.
  beforeAll(async () => {
    await system.pairAccount({ id: 'paced', phone: '15550009002', ratePerMinute: limit })
    await system.pairAccount({ id: 'slow', phone: '15550009003', ratePerMinute: 1_000 })
    await system.startWorker()
    const groups = {
      paced: await system.createGroups({ phone: '15550009002', groups: 15, members: 2 }),
      slow: await system.createGroups({ phone: '15550009003', groups: 5, members: 2 }),
    }
    many = await remind(system, { key: 'many', account: 'paced', groups: groups.paced, texts })
    slow = await remind(system, {
      key: 'slow',
      account: 'slow',
      groups: groups.slow,
      texts,
      ratePerMinute: reminderLimit,
    })
    await eventually(async () => expect(await stanzasOf(system, many)).toBeGreaterThanOrEqual(limit / 2), {
      intervalMs: 20,
    })
    const epoch = await epochOf(system, 'paced')
    const owner = await ownerOf(system, 'paced')
    await killOwner(system, 'paced')
    await eventually(async () => expect(await epochOf(system, 'paced')).toBeGreaterThan(epoch))
    expect(await ownerOf(system, 'paced')).not.toBe(owner)
  }, 300_000)

  test(
    'never more than the account’s limit in any sliding minute, across a kill',
    { timeout: 400_000 },
    async () => {
      await eventually(async () => expect((await ledgerOf(system, many)).every(isAcked)).toBe(true), {
        timeoutMs: 300_000,
        intervalMs: 1_000,
      })
      await expectDeliveredOnce(system, many)
      const times = await wireTimes(many)
      expect(times.length).toBeGreaterThanOrEqual(30)
      const most = mostInAnyWindow(times, 60_000)
      console.log(
        `${times.length} stanzas in ${spanOf(times)} s; at most ${most} in any 60 s (limit ${limit})`,
      )
      expect(most).toBeLessThanOrEqual(limit)
      // The limit was what held it: a pace below it would prove nothing.
      expect(most).toBeGreaterThanOrEqual(limit - 1)
    },
  )

  test('nor more than the reminder’s own, lower one', { timeout: 400_000 }, async () => {
    await eventually(async () => expect((await ledgerOf(system, slow)).every(isAcked)).toBe(true), {
      timeoutMs: 300_000,
      intervalMs: 1_000,
    })
    await expectDeliveredOnce(system, slow)
    const most = mostInAnyWindow(await wireTimes(slow), 60_000)
    expect(most).toBeLessThanOrEqual(reminderLimit)
    expect(most).toBeGreaterThanOrEqual(reminderLimit - 1)
  })
})

test(
  'a message that reaches the wire long after its intent counts there, although its acknowledgement is lost',
  { timeout: 400_000 },
  async () => {
    const limit = 4
    const lagMs = 8_000
    await system.pairAccount({ id: 'lagging', phone: '15550009004', ratePerMinute: limit })
    const groups = await system.createGroups({ phone: '15550009004', groups: 3, members: 2 })
    await system.whatsapp.fault({ kind: 'disconnect', when: 'beforeAck', chat: groups[0]?.jid ?? '' })
    // The intent needs no key of the session; the stanza can't be encrypted without one.
    const keys = await Blocker.take(system.databaseUrl, 'lock table auth_key in access exclusive mode')
    const reminded = await remind(system, {
      key: 'lagging',
      account: 'lagging',
      groups,
      texts,
      groupConcurrency: 1,
    })
    await eventually(async () => {
      const { rows } = await system.database.query(
        `select from send where run_id = $1 and state = 'sending'
           and sending_at < clock_timestamp() - $2 * interval '1 ms'`,
        [reminded.runId, lagMs],
      )
      expect(rows).toHaveLength(1)
    })
    expect(await stanzasOf(system, reminded)).toBe(0)
    await keys.release()
    await eventually(async () => expect((await ledgerOf(system, reminded)).every(isAcked)).toBe(true), {
      timeoutMs: 300_000,
      intervalMs: 500,
    })
    await expectDeliveredOnce(system, reminded)
    const times = await wireTimes(reminded)
    // The first one was sent twice, and the rest of its window was filled at once.
    expect(times).toHaveLength(groups.length * texts.length + 1)
    const most = mostInAnyWindow(times, 60_000)
    console.log(`${times.length} stanzas in ${spanOf(times)} s; at most ${most} in any 60 s (limit ${limit})`)
    expect(most).toBe(limit)
  },
)

const isAcked = ({ state }: { state: string }) => state === 'acked'

/** When the server accepted each stanza, those that were sent again included. */
async function wireTimes(reminded: Reminded): Promise<number[]> {
  const ids = new Set((await ledgerOf(system, reminded)).map(({ messageId }) => messageId))
  const stanzas = await system.whatsapp.stanzas()
  return stanzas.filter(({ id }) => ids.has(id)).map(({ acceptedAt }) => acceptedAt)
}

function spanOf(times: number[]): string {
  return ((Math.max(...times) - Math.min(...times)) / 1_000).toFixed(1)
}
