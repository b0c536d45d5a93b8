import { afterAll, beforeAll, expect, test } from 'vitest'
import { adviceFor } from '../../src/domain/failures.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

let system: System
let phones = 15_550_004_501

beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())

/** An account whose phone scans each code that it is shown. */
async function unlinked(id: string): Promise<string> {
  const phone = String(phones++)
  await system.whatsapp.createAccount({ phone })
  await system.client.accounts.add({ id })
  return phone
}

async function pair(
  id: string,
  phone: string | undefined,
  more: { timeoutMs?: number; otherNumber?: boolean } = {},
) {
  const scans: Promise<unknown>[] = []
  const result = await system.client.accounts.pair({
    id,
    method: 'qr',
    ...more,
    onChallenge: ({ challenge }) => {
      if (phone !== undefined)
        scans.push(system.whatsapp.scanQr({ account: phone, qr: challenge }).catch(() => undefined))
    },
  })
  await Promise.all(scans)
  return result
}

async function shown(id: string) {
  const found = (await system.client.accounts.list()).find((account) => account.id === id)
  if (found === undefined) throw new Error('the account is there')
  return found
}

test('a code that nobody scans ends with that reason, which stays, and nothing of it counts against the worker', async () => {
  await unlinked('nobody')
  const detail = adviceFor('PairingExpired', undefined)
  expect(await pair('nobody', undefined, { timeoutMs: 3_000 })).toEqual({
    kind: 'failed',
    state: 'logged_out',
    detail,
  })
  expect(await shown('nobody')).toMatchObject({ state: 'logged_out', stateDetail: detail })
  const { stdout } = await run(['account', 'list'], { client: system.client })
  expect(stdout).toContain('Nobody used the code in time')
  const { rows } = await system.database.query('select from pairing')
  expect(rows).toEqual([])
})

test('a passkey that WhatsApp asks for is said at once, with where to read on', async () => {
  const phone = await unlinked('passkey')
  await system.whatsapp.fault({ kind: 'pairing', how: 'passkey', account: phone })
  expect(await pair('passkey', phone)).toEqual({
    kind: 'failed',
    state: 'logged_out',
    detail: adviceFor('PasskeyAsked', undefined),
  })
})

test('the same number keeps its groups and its place; another one is asked for', async () => {
  const phone = await unlinked('school')
  const other = String(phones++)
  await system.whatsapp.createAccount({ phone: other })
  expect(await pair('school', phone)).toEqual({ kind: 'connected', already: false })
  await system.whatsapp.unlink({ account: phone })
  await eventually(async () => expect((await shown('school')).state).toBe('logged_out'))
  expect(await pair('school', other)).toMatchObject({
    kind: 'failed',
    detail: adviceFor('PairedOtherNumber', undefined),
  })
  expect((await system.whatsapp.accounts()).find((account) => account.phone === other)?.devices).toEqual([])
  expect(await pair('school', phone)).toEqual({ kind: 'connected', already: false })
  await system.whatsapp.unlink({ account: phone })
  await eventually(async () => expect((await shown('school')).state).toBe('logged_out'))
  expect(await pair('school', other, { otherNumber: true })).toEqual({ kind: 'connected', already: false })
  expect((await shown('school')).jid).toBe(`${other}@s.whatsapp.net`)
})

test('an account that WhatsApp restricts is linked already', async () => {
  const phone = await unlinked('limited')
  expect(await pair('limited', phone)).toEqual({ kind: 'connected', already: false })
  await system.database.query(
    `update account set state = 'limited', state_until = now() + interval '1 hour' where id = 'limited'`,
  )
  expect(await pair('limited', undefined)).toEqual({ kind: 'connected', already: true })
})
