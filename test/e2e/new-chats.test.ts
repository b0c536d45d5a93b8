import { afterAll, beforeAll, expect, test } from 'vitest'
import { adviceFor } from '../../src/domain/failures.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, remind, runEnded, type Reminded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

// Lessons: B4. A 463 is about chats with people: it holds none of the messages to groups.

const account = 'office'
const phone = '15550004461'
let people = 15_551_004_461
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

async function person(): Promise<TestGroup> {
  const member = String(people++)
  await system.whatsapp.createPeople([member])
  return { jid: `${member}@s.whatsapp.net`, members: [member] }
}

const groups = async (count: number) => await system.createGroups({ phone, groups: count, members: 1 })
const send = async (key: string, targets: TestGroup[]): Promise<Reminded> =>
  await remind(system, { key, account, groups: targets, texts: ['one', 'two'] })

async function shown() {
  const { accounts } = system.client
  const found = (await accounts.list()).find(({ id }) => id === account)
  if (found === undefined) throw new Error('the account is there')
  return found
}

test('a lock on new chats holds the messages to people until its end, and those to groups go on', async () => {
  const seconds = 25
  await system.whatsapp.lockNewChats({ account: phone, seconds })
  const some = await groups(2)
  const mixed = await send('mixed', [await person(), ...some, await person()])
  await eventually(async () => {
    const { run: row, targets, waitsFor } = await system.client.runs.progress(mixed.runId)
    expect(targets).toMatchObject({ delivered: 2, pending: 2 })
    expect([row.state, waitsFor]).toEqual(['waiting', expect.stringContaining('no messages to people')])
  })
  const held = await shown()
  expect(held).toMatchObject({ state: 'connected', directHeldBy: 'NewChatsLocked' })
  const { stdout } = await run(['account', 'list'], { client: system.client })
  expect(stdout).toContain('connected, but no messages to people until')
  // It waits without the lock of the account.
  const others = await send('others', await groups(1))
  await expectDeliveredOnce(system, others)
  expect((await system.client.runs.progress(mixed.runId)).run.state).toBe('waiting')
  await eventually(
    async () => expect((await system.client.runs.progress(mixed.runId)).run.state).toBe('completed'),
    {
      timeoutMs: 90_000,
    },
  )
  await expectDeliveredOnce(system, mixed)
  expect(await shown()).toMatchObject({ directHeldUntil: null, directHeldBy: null })
})

test('where there is no lock, a person who is refused fails alone', async () => {
  const [unknown, friend] = [await person(), await person()]
  await system.whatsapp.fault({ kind: 'refuse', code: 463, chat: unknown.jid, count: 'until-cleared' })
  const reminded = await send('stranger', [unknown, friend, ...(await groups(1))])
  expect(await runEnded(system, reminded)).toBe('partial')
  const { targets } = await system.client.runs.show(reminded.runId)
  expect(targets.items).toMatchObject([
    { state: 'failed', failure: 'ContactRefused', reason: adviceFor('ContactRefused', 463) },
    { state: 'delivered' },
    { state: 'delivered' },
  ])
  expect(await shown()).toMatchObject({ state: 'connected', directHeldUntil: null })
})
