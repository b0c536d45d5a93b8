import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import {
  expectDeliveredOnce,
  expectReadOnce,
  ledgerOf,
  remind,
  runEnded,
  stanzasOf,
  targetsOf,
  type Reminded,
} from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const phones = { first: '15550003331', second: '15550003332', third: '15550003333', fourth: '15550003334' }
type Account = keyof typeof phones
const accounts = Object.keys(phones) as Account[]
const texts = ['first part', 'second part']
const folder = mkdtempSync(join(tmpdir(), 'carillon-image-'))
const image = join(folder, 'notice.png')
let system: System

beforeAll(async () => {
  const create = { width: 40, height: 30, channels: 3 as const, background: 'navy' }
  await sharp({ create }).png().toFile(image)
  system = await startSystem()
  // A phone that can't read a message asks for it again; here nothing but what we do may mend it.
  await system.whatsapp.configure({ retryReceipts: false })
  for (const account of accounts) await system.pairAccount({ id: account, phone: phones[account] })
})
afterAll(async () => {
  await system.close()
  rmSync(folder, { recursive: true })
})

// Each waits out the time that an ack may take, so they do it together.
describe.concurrent('a message whose ack does not come', () => {
  test('lost on the wire: it is sent again, and every member has the key to it', async () => {
    const groups = await createGroups('first', 1)
    await system.whatsapp.fault({ kind: 'dropStanza', chat: groups[0]?.jid ?? '' })
    const reminded = await remind(system, { key: 'lost', account: 'first', groups, texts })
    await expectDeliveredOnce(system, reminded)
    expect((await ledgerOf(system, reminded)).map(({ attempt }) => attempt)).toEqual([2, 1])
  })

  test('only its ack was lost: it is sent again under its id, and shown once', async () => {
    const groups = await createGroups('second', 1)
    await system.whatsapp.fault({ kind: 'dropAck', chat: groups[0]?.jid ?? '' })
    const reminded = await remind(system, { key: 'ack-lost', account: 'second', groups, texts })
    await expectDeliveredOnce(system, reminded)
    const [first] = await ledgerOf(system, reminded)
    const stanzas = await system.whatsapp.stanzas({ messageId: first?.messageId ?? '' })
    expect(stanzas.map(({ duplicate }) => duplicate)).toEqual([false, true])
  })

  test('left as unknown where the reminder says so: never sent again, and its later parts not at all', async () => {
    const groups = await createGroups('third', 2)
    await system.whatsapp.fault({ kind: 'dropAck', chat: groups[0]?.jid ?? '' })
    const reminded = await remind(system, {
      key: 'left',
      account: 'third',
      groups,
      texts,
      onUncertain: 'unknown',
    })
    expect(await runEnded(system, reminded)).toBe('partial')
    expect((await targetsOf(system, reminded)).map(({ state }) => state)).toEqual(['unknown', 'delivered'])
    expect((await ledgerOf(system, reminded)).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual([
      'unknown 1',
      'skipped 0',
      'acked 1',
      'acked 1',
    ])
    expect(await stanzasOf(system, reminded)).toBe(3)
  })

  test('the socket closed before the server took it', async () => {
    const groups = await createGroups('fourth', 1)
    await system.whatsapp.fault({ kind: 'disconnect', when: 'beforeAccept', chat: groups[0]?.jid ?? '' })
    const reminded = await remind(system, { key: 'cut-off', account: 'fourth', groups, texts })
    await expectDeliveredOnce(system, reminded)
    expect(await stanzasOf(system, reminded)).toBe(2)
  })
})

describe('the worker is killed when a message is on the wire', () => {
  let resent: Reminded
  let left: Reminded
  let pictured: Reminded
  let uploads: number

  beforeAll(async () => {
    const group = { first: await createGroups('first', 1), second: await createGroups('second', 1) }
    for (const [chat] of Object.values(group)) await lose(chat)
    resent = await remind(system, { key: 'resent', account: 'first', groups: group.first, texts })
    left = await remind(system, {
      key: 'left-in-doubt',
      account: 'second',
      groups: group.second,
      texts: ['never read'],
      onUncertain: 'unknown',
    })
    const held = await system.whatsapp.fault({
      kind: 'holdAck',
      account: phones.third,
      count: 'until-cleared',
    })
    const groups = await createGroups('third', 3)
    pictured = await remind(system, {
      key: 'pictured',
      account: 'third',
      groups,
      texts: ['a picture'],
      image,
    })
    // What is lost is known to be written once Baileys has noted who has the group's key.
    for (const { groups: chats } of [resent, left])
      await eventually(async () => expect(await keyIsThoughtKnown(chats[0])).toBe(true))
    await eventually(async () => expect(await stanzasOf(system, pictured)).toBe(3))
    uploads = (await system.whatsapp.uploads()).count
    await system.worker().stop('SIGKILL')
    await system.whatsapp.clearFaults({ id: held.id })
    await system.startWorker()
  })

  test('the one that is sent again can be read by every member', async () => {
    await expectDeliveredOnce(system, resent)
    expect(await stanzasOf(system, resent)).toBe(2)
  })

  test('the next one to a group whose last one was left can be read by every member', async () => {
    expect(await runEnded(system, left)).toBe('partial')
    expect(await targetsOf(system, left)).toMatchObject([{ state: 'unknown' }])
    expect(await stanzasOf(system, left)).toBe(0)
    const { groups } = left
    const next = await remind(system, { key: 'after-doubt', account: 'second', groups, texts })
    await expectDeliveredOnce(system, next)
  })

  test('an image that was uploaded is not uploaded again', async () => {
    await expectDeliveredOnce(system, pictured)
    expect((await system.whatsapp.uploads()).count).toBe(uploads)
  })
})

test('an upload that fails is tried again, and one upload serves every group', async () => {
  const before = await system.whatsapp.uploads()
  await system.whatsapp.fault({ kind: 'uploadFailure', status: 503, count: 2 })
  const groups = await createGroups('fourth', 4)
  const reminded = await remind(system, {
    key: 'upload',
    account: 'fourth',
    groups,
    texts: ['a picture'],
    image,
  })
  await expectDeliveredOnce(system, reminded)
  const after = await system.whatsapp.uploads()
  expect({ taken: after.count - before.count, refused: after.refused - before.refused }).toEqual({
    taken: 1,
    refused: 2,
  })
  const [member = ''] = groups[3]?.members ?? []
  const [message] = (await system.whatsapp.inbox(member, { media: true })).messages
  expect(message?.downloaded).toMatchObject({ sha256: message?.media?.claimedSha256 })
})

test('the members of a group are asked for once at most, however much is sent to it', async () => {
  const groups = await createGroups('fourth', 4)
  const reminded = await remind(system, {
    key: 'metadata',
    account: 'fourth',
    groups,
    texts: [...texts, 'third part'],
  })
  await expectDeliveredOnce(system, reminded)
  const { byGroup } = await system.whatsapp.metadataQueries()
  for (const { jid } of groups) expect(byGroup[jid] ?? 0).toBeLessThanOrEqual(1)
})

test('too many queries (429) while the members of a group are asked for: it waits and nothing is lost', async () => {
  const groups = await createGroups('fourth', 2)
  const [changed] = groups
  await eventually(async () => expect(await isKnownAs(changed, 'fresh')).toBe(true))
  await system.whatsapp.addMembers({ jid: changed?.jid ?? '', members: ['15550003399'] })
  await eventually(async () => expect(await isKnownAs(changed, 'changed')).toBe(true))
  await system.whatsapp.fault({ kind: 'metadataError', code: 429, chat: changed?.jid ?? '' })
  const reminded = await remind(system, { key: 'overlimit', account: 'fourth', groups, texts })
  await eventually(async () => expect((await system.client.accounts.show('fourth')).state).toBe('limited'))
  await system.database.query(`update account set state_until = now() where id = 'fourth'`)
  changed?.members.push('15550003399')
  await expectDeliveredOnce(system, reminded)
  await expectReadOnce(system, reminded)
  expect((await system.whatsapp.metadataQueries()).byGroup[changed?.jid ?? '']).toBe(2)
  expect((await system.client.accounts.show('fourth')).state).toBe('connected')
})

async function createGroups(account: Account, groups: number): Promise<TestGroup[]> {
  return await system.createGroups({ phone: phones[account], groups, members: 2 })
}

async function lose(group: TestGroup | undefined): Promise<void> {
  await system.whatsapp.fault({ kind: 'dropStanza', chat: group?.jid ?? '' })
}

async function keyIsThoughtKnown(group: TestGroup | undefined): Promise<boolean> {
  const { rowCount } = await system.database.query(
    `select from auth_key where category = 'sender-key-memory' and id = $1`,
    [group?.jid],
  )
  return rowCount === 1
}

async function isKnownAs(group: TestGroup | undefined, age: 'fresh' | 'changed'): Promise<boolean> {
  const { rows } = await system.database.query<{ changed: boolean }>(
    `select fetched_at = '-infinity' as changed from account_group where jid = $1`,
    [group?.jid],
  )
  return rows[0]?.changed === (age === 'changed')
}
