import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DEFAULT_CONNECTION_CONFIG } from '../../src/whatsapp/baileys.js'
import { webVersions } from '../../src/whatsapp/web-version.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000081'
const [, , builtIn] = DEFAULT_CONNECTION_CONFIG.version

let world: World

beforeAll(async () => {
  world = await World.start()
  await (await world.pair('office', ACCOUNT)).close()
}, slowMs)
afterAll(() => world?.stop(), slowMs)
beforeEach(async () => {
  await world.whatsapp.clearFaults()
  await world.whatsapp.configure({ oldestRevision: 0, currentRevision: builtIn })
})

const versions = (pinned?: [number, number, number]) =>
  webVersions({ pinned, url: world.simulator.endpoints.whatsappUrl })

test('a temporary ban says until when', async () => {
  await world.whatsapp.fault({ kind: 'refuseLogIn', reason: 402, code: 104, expire: 7_200 })
  const failure = await world.open('office').catch((error: unknown) => error)
  expect(failure).toMatchObject({
    failure: 'AccountTemporarilyBanned',
    code: 402,
    subCode: 104,
    until: expect.any(Date) as Date,
  })
})

test.each([
  [400, 'UnknownRefusal'],
  [401, 'AccountLoggedOut'],
  [403, 'AccountBanned'],
  [405, 'ClientOutdated'],
  [406, 'AccountBanned'],
  [409, 'ClientOutdated'],
  [411, 'AccountLoggedOut'],
  [413, 'UnknownRefusal'],
  [414, 'UnknownRefusal'],
  [415, 'UnknownRefusal'],
  [418, 'UnknownRefusal'],
  [419, 'UnknownRefusal'],
  [429, 'AccountLimited'],
  [477, 'UnknownRefusal'],
  [500, 'ServerRefusedForNow'],
  [501, 'UnknownRefusal'],
  [503, 'ServerRefusedForNow'],
])('a log-in that is refused with %i is %s, and not a lost connection', async (reason, failure) => {
  await world.whatsapp.fault({ kind: 'refuseLogIn', reason })
  await expect(world.open('office')).rejects.toMatchObject({ failure, code: reason })
})

test.each([
  ['forcedLogout', 'AccountLoggedOut'],
  ['accountLocked', 'AccountLoggedOut'],
  ['replaced', 'AccountReplaced'],
  ['unknownCode', 'UnknownRefusal'],
  ['unavailable', 'ServerRefusedForNow'],
] as const)('an open session that WhatsApp ends by %s ended by %s', async (how, failure) => {
  const session = await world.open('office')
  await world.whatsapp.disconnect({ account: ACCOUNT, how })
  expect(await session.closed).toMatchObject({ failure })
})

type Ending = { code?: string; child?: string; attrs?: Record<string, string> }

test.each<[Ending, string]>([
  [{ code: '401', child: 'conflict', attrs: { type: 'device_removed' } }, 'AccountLoggedOut'],
  [{ code: '401', child: 'conflict', attrs: { type: 'replaced' } }, 'AccountReplaced'],
  [{ child: 'conflict', attrs: { type: 'invalid_adv_status' } }, 'AccountLoggedOut'],
  [{ child: 'conflict' }, 'AccountLoggedOut'],
  [{ code: '405' }, 'ClientOutdated'],
  [{ code: '409' }, 'AccountReplaced'],
  [{ code: '413' }, 'UnknownRefusal'],
  [{ code: '414' }, 'UnknownRefusal'],
  [{ code: '429' }, 'AccountLimited'],
  [{ code: '500' }, 'ServerRefusedForNow'],
  [{ code: '503' }, 'ServerRefusedForNow'],
  [{ code: '511' }, 'ServerRefusedForNow'],
  [{ code: '515' }, 'RestartRequired'],
  [{ code: '516' }, 'AccountLoggedOut'],
  [{ code: '478' }, 'UnknownRefusal'],
  [{ child: 'ack', attrs: { class: 'message', id: '3EB0' } }, 'ServerRefusedForNow'],
  [{ child: 'xml-not-well-formed' }, 'ServerRefusedForNow'],
  [{ child: 'bad-mac' }, 'ServerRefusedForNow'],
  [{ child: 'ping', attrs: { id: '1' } }, 'ServerRefusedForNow'],
  [{ child: 'system-shutdown' }, 'ServerRefusedForNow'],
  [{}, 'ServerRefusedForNow'],
])('a stream error %j ended it by %s', async (ending, failure) => {
  const session = await world.open('office')
  await world.whatsapp.streamError({ account: ACCOUNT, ...ending })
  expect(await session.closed).toMatchObject({ failure })
})

test('a version that is too old is refused, and the one that browsers get is taken', async () => {
  await world.whatsapp.configure({ oldestRevision: builtIn + 1, currentRevision: builtIn + 500 })
  const known = versions()
  expect(known.current).toEqual(DEFAULT_CONNECTION_CONFIG.version)
  await expect(world.open('office')).rejects.toMatchObject({ failure: 'ClientOutdated', code: 405 })
  // Fifty accounts at once are one look.
  expect(await Promise.all(Array.from({ length: 50 }, () => known.renew()))).toEqual(Array(50).fill(true))
  expect(known.current).toEqual([2, 3000, builtIn + 500])
  await (await world.open('office', { version: known.current })).close()
  // Not looked up again for some hours.
  await world.whatsapp.configure({ currentRevision: builtIn + 600 })
  expect(await known.renew()).toBe(false)
})

test('a version that the operator has set is left as it is, and the same one again is no news', async () => {
  await world.whatsapp.configure({ currentRevision: builtIn + 500 })
  const pinned = versions([2, 3000, 7])
  expect([await pinned.renew(), pinned.current]).toEqual([false, [2, 3000, 7]])
  await world.whatsapp.configure({ currentRevision: builtIn })
  expect(await versions().renew()).toBe(false)
})
