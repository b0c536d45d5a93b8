import { afterAll, beforeAll, expect, test } from 'vitest'
import { GatewayFailure, type PairingChallenge } from '../../src/whatsapp/gateway.js'
import { pairSession } from '../../src/whatsapp/pair.js'
import { addAccount } from './support/postgres.js'
import { slowMs, World } from './support/world.js'

const [ALMA, BERT, CORA, DORA] = ['15550000001', '15550000002', '15550000003', '15550000004'] as const

let world: World
beforeAll(async () => {
  world = await World.start()
}, slowMs)
afterAll(() => world?.stop(), slowMs)

async function storedValues(accountId: string): Promise<Buffer[]> {
  const { rows } = await world.database.query<{ value: Buffer }>(
    'select sealed as value from auth_key where account_id = $1',
    [accountId],
  )
  return rows.map((row) => row.value)
}

test(
  'pairs by QR, keeps everything in Postgres and opens again from there',
  async () => {
    const session = await world.pair('alma', ALMA)
    expect(session).toMatchObject({ accountId: 'alma', jid: `${ALMA}@s.whatsapp.net` })
    expect(session.lid).toMatch(/^\d+@lid$/)
    await session.close()
    expect(await session.closed).toEqual({ failure: 'ClosedByUs', code: undefined })

    const again = await world.open('alma')
    expect(again.jid).toBe(session.jid)
    await again.close()
    const [account] = await world.whatsapp.accounts()
    expect(account?.devices).toHaveLength(1)
    for (const value of await storedValues('alma')) expect(value[0]).toBe(2) // encrypted, by a key that it names
  },
  slowMs,
)

test(
  'pairs by code; the code is shown once WhatsApp has taken it',
  async () => {
    await addAccount(world.database, 'bert')
    await world.whatsapp.createAccount({ phone: BERT })
    const challenges: PairingChallenge[] = []
    let entered: Promise<unknown> = Promise.resolve()
    const session = await pairSession({
      ...world.options('bert'),
      method: { kind: 'code', phoneNumber: BERT },
      forMs: 300_000,
      onChallenge: (challenge) => {
        challenges.push(challenge)
        entered = world.whatsapp.enterPairingCode({ account: BERT, code: challenge.challenge })
      },
    })
    world.keep(session)
    await entered
    expect(session.jid).toBe(`${BERT}@s.whatsapp.net`)
    expect(challenges).toEqual([{ method: 'code', challenge: expect.stringMatching(/^[0-9A-Z]{8}$/) }])
  },
  slowMs,
)

test(
  'an abandoned pairing leaves nothing that the next one could stumble over',
  async () => {
    await addAccount(world.database, 'cora')
    await world.whatsapp.createAccount({ phone: CORA })
    const abort = new AbortController()
    const abandoned = pairSession({
      ...world.options('cora', { signal: abort.signal }),
      method: { kind: 'code', phoneNumber: CORA },
      forMs: 300_000,
      onChallenge: () => abort.abort(),
    })
    await expect(abandoned).rejects.toMatchObject({ failure: 'ConnectionLost' })
    expect((await storedValues('cora')).length).toBeGreaterThan(0) // creds with `me`, as Baileys left them
    const session = await world.scan('cora', CORA)
    expect(session.jid).toBe(`${CORA}@s.whatsapp.net`)
  },
  slowMs,
)

test(
  'to pair what is linked already just opens it; after a log-out it links again',
  async () => {
    const first = await world.pair('dora', DORA)
    await first.close()
    const unasked = await pairSession({
      ...world.options('dora'),
      method: { kind: 'qr' },
      forMs: 300_000,
      onChallenge: () => expect.unreachable('no challenge is needed'),
    })
    await world.whatsapp.unlink({ account: DORA })
    expect(await unasked.closed).toMatchObject({ failure: 'AccountLoggedOut', code: 401 })
    await expect(world.open('dora')).rejects.toEqual(new GatewayFailure('AccountLoggedOut', 401))
    const again = await world.scan('dora', DORA)
    expect(again.jid).toBe(`${DORA}@s.whatsapp.net`)
  },
  slowMs,
)

test('an account that was never linked is told apart', async () => {
  await addAccount(world.database, 'new')
  await expect(world.open('new')).rejects.toEqual(new GatewayFailure('AccountLoggedOut', undefined))
})

// What each end of a pairing is: docs/whatsapp/pairing-and-bootstrap.md.

const count = 'until-cleared'
let phones = 15_550_000_701

type Paired = {
  outcome: Promise<unknown>
  /** The codes that were shown, and what the phone said to each scan of one. */
  shown: string[]
  scans: Promise<unknown>[]
  phone: string
}

/** Its phone scans every QR code, or types every pairing code, that is shown. */
async function pairing(
  accountId: string,
  more: Partial<Parameters<typeof pairSession>[0]> & { isUsed?: boolean } = {},
): Promise<Paired> {
  const { isUsed = true, ...rest } = more
  const phone = String(phones++)
  await addAccount(world.database, accountId)
  await world.whatsapp.createAccount({ phone })
  const paired: Paired = { outcome: Promise.resolve(), shown: [], scans: [], phone }
  paired.outcome = pairSession({
    ...world.options(accountId),
    method: { kind: 'qr' },
    forMs: 300_000,
    onChallenge: ({ method, challenge }) => {
      paired.shown.push(challenge)
      if (!isUsed) return
      const scan =
        method === 'qr'
          ? world.whatsapp.scanQr({ account: phone, qr: challenge })
          : world.whatsapp.enterPairingCode({ account: phone, code: challenge })
      paired.scans.push(scan.catch((error: unknown) => error))
    },
    ...rest,
  }).then(
    (session) => world.keep(session),
    (error: unknown) => error,
  )
  return paired
}

const failed = (failure: string, code?: number) => ({ failure, code })

test(
  'codes are shown until the time is over, over several sockets, and then it is said that nobody used one',
  async () => {
    const before = await world.whatsapp.stats()
    const { outcome, shown } = await pairing('nobody', { isUsed: false, forMs: 6_000, qrTimeoutMs: 300 })
    expect(await outcome).toMatchObject(failed('PairingExpired'))
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeGreaterThan(6) // a socket has six
    await expect.poll(async () => (await world.whatsapp.stats()).connections).toBe(before.connections)
  },
  slowMs,
)

test(
  'a code of a later socket links',
  async () => {
    const { outcome, shown, phone } = await pairing('late', { isUsed: false, qrTimeoutMs: 400 })
    await expect.poll(() => shown.length, { timeout: 20_000 }).toBeGreaterThan(6)
    await world.whatsapp.scanQr({ account: phone, qr: shown.at(-1) ?? '' })
    expect(await outcome).toMatchObject({ jid: `${phone}@s.whatsapp.net` })
  },
  slowMs,
)

test(
  'where WhatsApp retires the secret of a QR code during the scan, the one with a new secret links (Baileys #2737)',
  async () => {
    await world.whatsapp.fault({ kind: 'pairing', how: 'newSecret' })
    const { outcome, shown, scans, phone } = await pairing('refreshed')
    expect(await outcome).toMatchObject({ jid: `${phone}@s.whatsapp.net` })
    expect(shown).toHaveLength(2)
    expect((await Promise.all(scans)).map((scan) => scan instanceof Error)).toEqual([true, false])
  },
  slowMs,
)

test('a phone that is asked for a passkey ends it, by that name', async () => {
  await world.whatsapp.fault({ kind: 'pairing', how: 'passkey' })
  expect(await (await pairing('passkey')).outcome).toMatchObject(failed('PasskeyAsked'))
})

test.each([
  ['takenBack', 401],
  ['forcedLogout', 516],
] as const)(
  'a device that WhatsApp takes back at once (%s) was refused, and not logged out',
  async (how, code) => {
    await world.whatsapp.fault({ kind: 'pairing', how })
    expect(await (await pairing(how)).outcome).toMatchObject(failed('PairingRefused', code))
  },
)

test.each([400, 403, 429, 452])('a code request that is refused with %i says so', async (code) => {
  await world.whatsapp.fault({ kind: 'refuseCodeRequest', code, count })
  const phoneNumber = String(phones)
  const { outcome } = await pairing(`code-${code}`, { method: { kind: 'code', phoneNumber } })
  expect(await outcome).toMatchObject(failed('PairingRefused', code))
  await world.whatsapp.clearFaults()
})

// The account's phone lists it by what it called itself when it was linked.
test.each([
  [undefined, 'Chrome (Windows)'],
  [{ browser: 'Safari', system: 'Mac OS' }, 'Safari (Mac OS)'],
  [{ browser: 'Firefox', system: 'Front office' }, 'Firefox (Front office)'],
])(
  'the device calls itself %j: by QR code and by pairing code it is listed as %s',
  async (deviceName, listed) => {
    for (const kind of ['qr', 'code'] as const) {
      const phoneNumber = String(phones)
      const { outcome, phone } = await pairing(`named-${phones}`, {
        deviceName,
        method: kind === 'qr' ? { kind } : { kind, phoneNumber },
      })
      expect(await outcome).toMatchObject({ jid: `${phone}@s.whatsapp.net` })
      const account = (await world.whatsapp.accounts()).find((one) => one.phone === phone)
      expect(account?.devices).toMatchObject([{ name: listed }])
    }
  },
)

test('an outdated client can link nothing, and that is what it says', async () => {
  const { currentRevision } = await world.whatsapp.settings()
  await world.whatsapp.configure({ oldestRevision: currentRevision + 1 })
  expect(await (await pairing('old')).outcome).toMatchObject(failed('ClientOutdated', 405))
  await world.whatsapp.configure({ oldestRevision: 0 })
})

test('WhatsApp out of reach is a lost connection', async () => {
  await world.whatsapp.stopAccepting()
  expect(await (await pairing('away')).outcome).toMatchObject(failed('ConnectionLost', 408))
  await world.whatsapp.accept()
})

test(
  'a phone with another number than before is unlinked again, unless that is meant',
  async () => {
    const expectedJid = '15550000799@s.whatsapp.net'
    const { outcome, phone } = await pairing('other', { expectedJid })
    expect(await outcome).toMatchObject(failed('PairedOtherNumber'))
    const account = (await world.whatsapp.accounts()).find((one) => one.phone === phone)
    expect(account?.devices).toEqual([])
    await expect(world.open('other')).rejects.toEqual(new GatewayFailure('AccountLoggedOut', undefined))
  },
  slowMs,
)
