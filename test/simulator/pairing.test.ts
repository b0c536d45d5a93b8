import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, patiently } from './support/patience.js'
import { App, createAuth } from './support/baileys.js'
import { connect, linkByQr } from './support/linked.js'
import { startSimulator, type RunningSimulator } from './support/process.js'

patiently()

let simulator: RunningSimulator

beforeAll(async () => {
  simulator = await startSimulator()
})

afterAll(async () => {
  await simulator?.stop()
})

test('a device is linked by QR, told to restart, and logs in; a second socket of it replaces the first', async () => {
  const account = '15550002001'
  const auth = await linkByQr(simulator, account)
  expect(auth.creds.me?.id).toBe(`${account}:1@s.whatsapp.net`)
  const first = await connect(simulator, auth)
  const [state] = await simulator.client.accounts()
  expect(state).toMatchObject({
    phone: account,
    connected: true,
    devices: [{ device: 1, connected: true }],
  })
  const second = await connect(simulator, auth)
  expect(await first.closed).toMatchObject({ code: 440 })
  await second.end()
})

test('a device is linked by pairing code, while another account is connected; a wrong code is said to be wrong', async () => {
  const { client, endpoints } = simulator
  const other = await connect(simulator, await linkByQr(simulator, '15550002002'))
  const account = '15550002003'
  await client.createAccount({ phone: account })
  const wrong = new App(createAuth(), endpoints)
  await wrong.qr
  await wrong.socket.requestPairingCode(account)
  const typo = client.enterPairingCode({ account, code: 'AAAA-AAAA' })
  await expect(typo).rejects.toThrow(/code does not match/)
  await wrong.end()

  const auth = createAuth()
  const app = new App(auth, endpoints)
  await app.qr
  const code = await app.socket.requestPairingCode(account)
  expect(await client.enterPairingCode({ account, code })).toEqual({ device: 1 })
  expect(await app.closed).toMatchObject({ code: 515 })
  const linked = await connect(simulator, auth)
  const connected = (await client.accounts()).filter((state) => state.connected).map(({ phone }) => phone)
  expect(connected).toEqual(['15550002002', account])
  await linked.end()
  await other.end()
})

// Baileys pull requests 2769 (2026-08-12) and 2409 (2026-03-11): a QR code links whatever the device calls itself.
test.each([
  ['Acme', 'Chrome'],
  ['windows', 'Chrome'],
  ['Windows', 'Desktop'],
  ['Windows', 'Acme'],
])('a pairing code is refused to a device that calls itself "%s" and "%s"', async (system, browser) => {
  const app = new App(createAuth(), simulator.endpoints, { browser: [system, browser, '1.0.0'] })
  await app.qr
  const refused = new Promise<unknown>((resolve) => app.socket.ws.on('CB:iq,type:error', resolve))
  await app.socket.requestPairingCode('15550002090')
  expect(await refused).toMatchObject({ content: [{ tag: 'error', attrs: { code: '400' } }] })
  await app.end()
})

test('an unlinked device is logged out, and refused when it comes back', async () => {
  const account = '15550002004'
  const auth = await linkByQr(simulator, account)
  const app = await connect(simulator, auth)
  expect(await simulator.client.unlink({ account })).toEqual({ devices: [1] })
  expect(await app.closed).toMatchObject({ code: 401 })
  expect(await new App(auth, simulator.endpoints).closed).toMatchObject({ code: 401 })
})

test('an app that logs out unlinks its device', async () => {
  const account = '15550002005'
  const app = await connect(simulator, await linkByQr(simulator, account))
  await app.socket.logout()
  await app.closed
  await eventually(
    async () => (await simulator.client.accounts()).find(({ phone }) => phone === account)?.devices,
  ).toEqual([])
})

test('a QR that no client shows, and an account that does not exist, are refused with a reason', async () => {
  await simulator.client.createAccount({ phone: '15550002006' })
  const app = new App(createAuth(), simulator.endpoints)
  await app.qr
  const scan = (account: string) => simulator.client.scanQr({ account, qr: 'old,a,b,c' })
  await expect(scan('15550002006')).rejects.toThrow(/No connected client shows this QR \(reference "old"\)/)
  await expect(scan('15550002999')).rejects.toThrow(/No account 15550002999/)
  await expect(scan('+1 555')).rejects.toThrow(/account: a phone number.*got "\+1 555"/)
  await app.end()
})
