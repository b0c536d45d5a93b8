import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCarillonClient } from '../../src/client/client.js'
import { eventually } from '../support/eventually.js'
import { httpProxy, type TestProxy } from '../support/proxies.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const phones = { office: '15550004491', other: '15550004492' }
let system: System
let proxy: TestProxy
let client: ReturnType<typeof createCarillonClient>

beforeAll(async () => {
  system = await startSystem()
  const { temporal, database, operator } = system
  // The workers' key.
  client = createCarillonClient({ temporal, database, operator })
  proxy = await httpProxy({ credentials: { name: 'carillon', password: 'very secret' } })
  await system.pairAccount({ id: 'office', phone: phones.office })
  await system.pairAccount({ id: 'other', phone: phones.other })
})
afterAll(async () => {
  await proxy?.stop()
  await system?.close()
})

const office = async () => await client.accounts.show('office')

test('an account that gets a proxy goes by way of it at once, and its password is nowhere to be read', async () => {
  const groups = await system.createGroups({ phone: phones.office, groups: 1, members: 1 })
  await client.accounts.set('office', { proxy: proxy.url })
  await eventually(async () => {
    expect(proxy.targets).toHaveLength(1)
    expect(await office()).toMatchObject({ state: 'connected', proxy: `http://127.0.0.1:${proxy.port}` })
  })
  await expectDeliveredOnce(
    system,
    await remind(system, { key: 'proxied', account: 'office', groups, texts: ['by way of it'] }),
  )
  expect(JSON.stringify(await office())).not.toContain('secret')
  const { rows } = await system.database.query<{ row: string }>(
    `select encode(proxy, 'escape') || account::text as row from account where id = 'office'`,
  )
  expect(rows[0]?.row).not.toContain('secret')
})

test('a proxy that is gone is named, the account waits for it, and others go on', async () => {
  await proxy.stop()
  await eventually(async () => {
    expect(await office()).toMatchObject({
      state: 'reconnecting',
      stateDetail: expect.stringContaining(
        `The proxy at http://127.0.0.1:${proxy.port} cannot be reached.`,
      ) as string,
    })
  })
  expect((await client.accounts.show('other')).state).toBe('connected')
  await client.accounts.set('office', { proxy: null })
  await eventually(async () => {
    expect(await office()).toMatchObject({ state: 'connected', proxy: null })
  })
})

test('a URL that is none of a proxy is refused without being repeated', async () => {
  const set = client.accounts.set('office', { proxy: 'ftp://somebody:secret@proxy' })
  await expect(set).rejects.toThrow(/http:\/\/, https:\/\/ or socks5:\/\//)
  await expect(set).rejects.not.toThrow(/somebody|secret@/)
})
