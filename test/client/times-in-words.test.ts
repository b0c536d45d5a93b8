import { expect, it } from 'vitest'
import { readTime } from '../../src/client/reminders/snooze-and-skip.js'
import type { ReminderView } from '../../src/store/views/reminders.js'
import { issuesOf, read } from './support/input.js'

/** In Nairobi it is 14:30 on Monday 23 November 2026. */
const input = { to: 'Class 3B', text: 'Assembly!', zone: 'Africa/Nairobi' }

it.each([
  ['at', {}],
  ['start', { repeat: 'FREQ=DAILY' }],
  ['until', { cron: '0 8 * * *' }],
  ['also[0]', { cron: '0 8 * * *' }],
  ['except[0]', { cron: '0 8 * * *' }],
  ['anchor', { steps: ['at'] }],
])('%s refuses a date that reads both ways, and a time that is past by its words', async (name, rest) => {
  const field = name.replace('[0]', '')
  const issues = async (text: string) => await issuesOf({ ...input, ...rest, [field]: text })
  expect(await issues('12/11 09:00')).toContainEqual({
    field: name,
    got: "'12/11 09:00'",
    expected: expect.stringContaining('write "12 Nov", or "11 Dec"'),
  })
  expect(await issues('last friday 09:00')).toContainEqual({
    field: name,
    got: "'last friday 09:00'",
    expected: expect.stringContaining('past by its words'),
  })
})

it('pause, snooze and skip read a time by the same rules, in the zone of the reminder', async () => {
  const { definition } = await read({ ...input, zone: 'America/New_York', at: 'in 20 weeks at 9am' })
  expect(definition.schedule).toMatchObject({ at: '2027-04-12T13:00:00Z' })
  const view = { definition } as ReminderView
  const now = new Date('2026-10-20T14:30:00Z')
  expect(readTime('until', 'in 2 weeks at 09:00', view, now)).toBe('2026-11-03T14:00:00Z')
  expect(readTime('until', 'tonight at 12', view, now)).toBe('2026-10-21T04:00:00Z')
  expect(() => readTime('until', '12/11 09:00', view, now)).toThrow('reads both ways')
  expect(() => readTime('until', 'last friday 09:00', view, now)).toThrow('past by its words')
})

it('a start in a gap of the zone stays the clock time that was written', async () => {
  const { definition } = await read({
    ...input,
    zone: 'Europe/Berlin',
    repeat: 'FREQ=DAILY',
    start: '28 March 2027 02:30',
  })
  expect(definition.schedule).toMatchObject({ start: '2027-03-28T02:30:00' })
})
