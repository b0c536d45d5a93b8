import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { soon, startSystem, type System } from '../support/system.js'

const phone = '15550001111'
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

test('a reminder reaches every member of its groups, once and on time', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const at = new Date(Date.now() + 2_000).toISOString()
  const created = await system.client.reminders.create({
    key: 'smoke',
    account: 'office',
    to: groups.map(({ jid }) => jid),
    parts: [{ text: 'first part' }, { text: 'second part' }],
    at,
    zone: 'UTC',
  })
  expect(created).toMatchObject({ kind: 'created' })
  await eventually(async () => {
    const reminder = await system.client.reminders.show('smoke')
    expect(reminder.state).toBe('completed')
  })
  await system.whatsapp.settled()
  for (const { jid, members } of groups)
    for (const member of members) {
      const { messages, undecryptable } = await system.whatsapp.inbox(member)
      expect(undecryptable).toEqual([])
      expect(
        messages.filter((message) => message.chat === jid).map(({ text, copies }) => ({ text, copies })),
      ).toEqual([
        { text: 'first part', copies: 1 },
        { text: 'second part', copies: 1 },
      ])
    }
})

test('a reminder to all groups of an account that is in none fails and says why', async () => {
  await system.pairAccount({ id: 'lonely', phone: '15550001112' })
  await system.client.reminders.create({
    key: 'to-nobody',
    account: 'lonely',
    to: 'all groups',
    text: 'is anybody there?',
    at: soon(),
    zone: 'UTC',
  })
  await eventually(async () =>
    expect((await system.client.reminders.show('to-nobody')).runs).toMatchObject([
      { state: 'failed', reason: 'no recipients: the account is in no groups' },
    ]),
  )
})
