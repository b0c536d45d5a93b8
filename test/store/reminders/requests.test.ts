import { expect, test } from 'vitest'
import { baseMs, every, minute, operator, ownReminders } from '../support/reminder-driver.js'

const own = ownReminders()

test('a request that is written twice is done once, and answered alike', async () => {
  const driver = own.drive('twice', baseMs - minute)
  await driver.takeKey({ schedule: every(60) })
  const request = { requestId: 'one', by: 'ann', reason: 'why' }
  const first = await own.reminders.skipNext({ ...driver.common, request })
  const again = await own.reminders.skipNext({ ...driver.common, request })
  expect(again.answer).toEqual(first.answer)
  await own.reminders.fireNow({ ...driver.common, request: { requestId: 'two' } })
  await own.reminders.fireNow({ ...driver.common, request: { requestId: 'two' } })
  const { rows } = await own.database.query(
    `select action, actor, reason from audit where subject = $1 order by id`,
    [`reminder:${operator}/twice`],
  )
  expect(rows).toEqual([
    { action: 'create', actor: null, reason: null },
    { action: 'skipNext', actor: 'ann', reason: 'why' },
    { action: 'fireNow', actor: null, reason: null },
  ])
  expect((await driver.rows()).map(({ state }) => state)).toEqual(['preparing', 'skipped'])
})

test('why an occurrence is left out is read by who may, and not in Postgres', async () => {
  const driver = own.drive('left-out', baseMs - minute)
  await driver.takeKey({ schedule: every(60) })
  const request = { requestId: 'ill', by: 'ann', reason: 'Anna is ill' }
  await own.reminders.skipNext({ ...driver.common, request })
  const { rows } = await own.database.query(
    `select reason, reason like 'skipped by operator: ~%' as "isSealed", reason like '%ill%' as "isInClear"
     from run where dedupe_key = 'left-out' and state = 'skipped'`,
  )
  expect(rows).toEqual([{ reason: 'skipped by operator: Anna is ill', isSealed: true, isInClear: false }])
})
