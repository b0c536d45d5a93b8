import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const account = 'office'
const phone = '15550004481'
let system: System
let builtIn = 0

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  builtIn = (await system.whatsapp.settings()).currentRevision
})
afterAll(() => system.close())

async function shown() {
  const found = (await system.client.accounts.list()).find(({ id }) => id === account)
  if (found === undefined) throw new Error('the account is there')
  return found
}

const reconnect = async () => await system.whatsapp.disconnect({ account: phone })

test('a version that WhatsApp refuses (405) is looked up anew, and the account sends again', async () => {
  await system.whatsapp.configure({ oldestRevision: builtIn + 1, currentRevision: builtIn + 2 })
  await reconnect()
  await eventually(async () => {
    expect((await system.whatsapp.accounts())[0]?.connected).toBe(true)
    expect((await shown()).state).toBe('connected')
  })
  const groups = await system.createGroups({ phone, groups: 1, members: 1 })
  await expectDeliveredOnce(system, await remind(system, { key: 'newer', account, groups, texts: ['one'] }))
})

test('where there is no newer version, the account is outdated: it says what to do, and is left alone for an hour', async () => {
  const refused = await system.whatsapp.fault({ kind: 'refuseLogIn', reason: 405, count: 'until-cleared' })
  await reconnect()
  await eventually(async () => {
    expect(await shown()).toMatchObject({
      state: 'outdated',
      stateDetail: expect.stringContaining('CARILLON_WHATSAPP_VERSION') as string,
    })
  })
  const minutes = (((await shown()).stateUntil?.getTime() ?? 0) - Date.now()) / 60_000
  expect(minutes).toBeGreaterThan(55)
  const hits = async () => (await system.whatsapp.faults()).find(({ id }) => id === refused.id)?.hits
  expect(await hits()).toBe(1)
})
