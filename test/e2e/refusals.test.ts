import { afterAll, beforeAll, expect, test } from 'vitest'
import type { InputError } from '../../src/client/errors.js'
import { startSystem, type System } from '../support/system.js'

let system: System
const phone = '15550005201'

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  const common = { account: 'office', to: group?.jid ?? '', text: 'x', zone: 'UTC' }
  await system.client.reminders.create({ key: 'far', ...common, at: '2035-01-01T09:00' })
  await system.client.reminders.create({ key: 'over', ...common, at: '2035-01-01T09:00' })
  await system.client.reminders.cancel('over')
})
afterAll(() => system.close())

test('a snooze to a time before its occurrence is told with field, value and what is expected', async () => {
  const error = await system.client.reminders.snooze('far', { until: '2034-12-31T09:00Z' }).then(
    () => undefined,
    (thrown: unknown) => thrown as InputError,
  )
  expect(error).toMatchObject({
    code: 'invalid',
    issues: [
      {
        field: 'until',
        got: '2034-12-31T09:00:00Z',
        expected: 'expected a time to come and later than the occurrence (2035-01-01T09:00:00Z)',
      },
    ],
  })
})

test('what is refused since it is over, or not the next, is told in words too', async () => {
  const { reminders } = system.client
  await expect(reminders.snooze('over', { until: '2036-01-01T09:00Z' })).rejects.toMatchObject({
    code: 'ended',
  })
  await expect(reminders.skip('far', { occurrence: '2036-01-01T09:00Z' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('The next occurrence is 2035-01-01T09:00:00Z') as string,
  })
  await expect(reminders.snooze('far', { until: '2036-01-01T09:00Z', reason: 'a\0' })).rejects.toMatchObject({
    issues: [{ field: 'reason', expected: expect.stringContaining('U+0000') as string }],
  })
  await expect(reminders.show('no\0key')).rejects.toMatchObject({ issues: [{ field: 'key' }] })
  await expect(system.client.runs.show('run\ud800')).rejects.toMatchObject({ issues: [{ field: 'runId' }] })
})
