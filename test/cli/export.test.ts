import { expect, it } from 'vitest'
import type { ReminderListQuery } from '../../src/client/reminders/list.js'
import { readReminders } from '../../src/client/yaml/read.js'
import { run } from './support.js'
import { reminderDetails } from './views.js'

const { upcoming: _upcoming, runs: _runs, ...summary } = reminderDetails

function client() {
  const asked: ReminderListQuery[] = []
  const reminders = {
    list: async (query: ReminderListQuery = {}) => {
      asked.push(query)
      return query.cursor === undefined
        ? { items: [{ ...summary, key: 'a' }], next: 'MQ' }
        : { items: [{ ...summary, key: 'b' }] }
    },
    show: async (key: string) => ({ ...reminderDetails, key }),
  }
  const subject = 'Class 3B'
  const group = { subject, participants: 20, cannotPost: null, fetchedAt: new Date(0) }
  const groups = { list: async () => [{ jid: '120363000000000001@g.us', ...group }] }
  return { asked, client: { reminders, groups } }
}

it('exports all pages of the list as a file that create reads', async () => {
  const { asked, client: given } = client()
  const { exitCode, stdout } = await run(['reminder', 'export', '--state', 'paused'], { client: given })
  expect(exitCode).toBe(0)
  expect(stdout).toContain('- 120363000000000001@g.us # Class 3B')
  expect(readReminders(stdout)).toMatchObject({
    form: 'many',
    reminders: [
      { input: { key: 'a', text: 'The bus leaves at 8.', at: '2026-11-24T09:03:00+03:00' } },
      { input: { key: 'b', zone: 'Africa/Nairobi' } },
    ],
  })
  expect(asked).toMatchObject([
    { states: ['paused'], limit: 500 },
    { states: ['paused'], cursor: 'MQ' },
  ])
})

it('exports those that are named, and all the same as JSON', async () => {
  const { asked, client: given } = client()
  const { stdout } = await run(['reminder', 'export', 'trip', 'fair', '--json'], { client: given })
  expect(JSON.parse(stdout)).toMatchObject({ reminders: [{ key: 'trip' }, { key: 'fair' }] })
  expect(asked).toEqual([])
})
