import { afterAll, beforeAll, expect, test } from 'vitest'
import { remind, runEnded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { run } from '../cli/support.js'

// Baileys #2521: WhatsApp refuses the keys of one device, and the message to everybody failed.

const phone = '15550003441'
const stranger = '15551003441'
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

test('devices without keys hold up nobody else, neither in their group nor in the run, and are shown', async () => {
  const [some, all] = await system.createGroups({ phone, groups: 2, members: 3 })
  if (some === undefined || all === undefined) throw new Error('there are two groups')
  const without = some.members[1] ?? ''
  const refusal = { kind: 'deviceKeys', how: 'error', count: 'until-cleared' } as const
  await system.whatsapp.createPeople([stranger])
  await system.whatsapp.fault({ ...refusal, about: without, code: 500 })
  await system.whatsapp.fault({ ...refusal, about: stranger, code: 406 })
  const person = { ...all, jid: `${stranger}@s.whatsapp.net`, members: [stranger] }
  const reminded = await remind(system, {
    key: 'keys',
    account: 'office',
    groups: [person, some, all],
    texts: ['one', 'two'],
  })
  expect(await runEnded(system, reminded)).toBe('partial')
  const { targets } = await system.client.runs.show(reminded.runId)
  expect(targets.items).toMatchObject([
    { state: 'failed', failure: 'NoUsableKeys', partsSent: 0, leftOutDevices: 0 },
    { state: 'delivered', failure: null, partsSent: 2, leftOutDevices: 1 },
    { state: 'delivered', failure: null, partsSent: 2, leftOutDevices: 0 },
  ])
  await system.whatsapp.settled()
  for (const { jid, members } of [some, all])
    for (const member of members) {
      const { messages } = await system.whatsapp.inbox(member)
      const texts = messages.filter(({ chat }) => chat === jid).map(({ text }) => text)
      expect(texts).toEqual(jid === some.jid && member === without ? [] : ['one', 'two'])
    }
  const { stdout } = await run(['run', 'show', reminded.runId], { client: system.client })
  expect(stdout).toContain('1 device gets it later: no usable keys')
  expect(stdout).toContain('NoUsableKeys')
})
