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
    'select value from auth_key where account_id = $1',
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
    for (const value of await storedValues('alma')) expect(value[0]).toBe(1) // encrypted
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
