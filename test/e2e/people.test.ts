import { afterAll, beforeAll, expect, test } from 'vitest'
import { failureAdvice } from '../../src/domain/failures.js'
import { run } from '../cli/support.js'
import { eventually } from '../support/eventually.js'
import { ledgerOf, remind, runEnded, stanzasOf, targetsOf, type Reminded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

// docs/whatsapp/groups-and-people.md, sections 5 and 6; docs/decisions/0053.

const account = 'office'
const phone = '15550004531'
let people = 15_551_004_531
let system: System
const number = (digits: string) => `${digits}@s.whatsapp.net`

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

async function person({ withLid = true, as = [] as string[] } = {}): Promise<{
  digits: string
  lid: string
}> {
  const digits = String(people++)
  const [made] = await system.whatsapp.createPeople([digits], { withLid })
  for (const written of as) await system.whatsapp.writeNumber({ phone: digits, as: written })
  return { digits, lid: made?.lid === undefined ? '' : `${made.lid}@lid` }
}

const send = async (key: string, jids: string[], more = {}): Promise<Reminded> =>
  await remind(system, {
    key,
    account,
    groups: jids.map((jid): TestGroup => ({ jid, members: [] })),
    texts: ['one', 'two'],
    ...more,
  })

async function texts(digits: string): Promise<string[]> {
  await system.whatsapp.settled()
  const { messages, undecryptable } = await system.whatsapp.inbox(digits)
  expect(undecryptable).toEqual([])
  return messages.map(({ text }) => text)
}

const preview = async (to: string[]) =>
  await system.client.reminders.preview({
    key: 'seen',
    account,
    to,
    text: 'Hello',
    at: '2035-01-01T09:00',
    zone: 'UTC',
  })

test('a person who is named in each way is one target, and gets each message once, by whatever name comes first', async () => {
  const written = '5215512345678'
  const { digits, lid } = await person({ as: [written] })
  const jids = [number(written), number(digits), lid]
  const reminded = await send('all-names', jids, { groupConcurrency: 3 })
  expect(await runEnded(system, reminded)).toBe('completed')
  expect(await texts(digits)).toEqual(['one', 'two'])
  const states = (await targetsOf(system, reminded)).map(({ state, failure }) => failure ?? state)
  expect(states.toSorted()).toEqual(['SamePerson', 'SamePerson', 'delivered'])
  expect(await stanzasOf(system, reminded)).toBe(2)
  const { audience } = await preview(jids)
  expect(audience.recipients).toEqual([{ jid: number(written) }])
  expect(audience.leftOut).toEqual([
    { jid: number(digits), leftOutBecause: 'samePerson' },
    { jid: lid, leftOutBecause: 'samePerson' },
  ])
})

test('WhatsApp is asked for a number once, also where the next run comes, and for several at a time', async () => {
  const some = [await person(), await person(), await person()]
  const jids = some.map(({ digits }) => number(digits))
  const asked = async () =>
    (await system.whatsapp.askedNumbers()).filter((one) => some.some(({ digits }) => digits === one))
  for (const key of ['first-time', 'second-time']) {
    const reminded = await send(key, jids)
    expect(await runEnded(system, reminded)).toBe('completed')
    expect((await asked()).toSorted()).toEqual(some.map(({ digits }) => digits))
  }
  for (const { digits } of some) expect(await texts(digits)).toEqual(['one', 'two', 'one', 'two'])
})

test('a number that is not on WhatsApp fails by its own reason, and is not asked for again by the next run, but by a retry', async () => {
  const here = await person()
  const away = String(people++)
  const asked = async () => (await system.whatsapp.askedNumbers()).filter((one) => one === away).length
  const jids = [number(away), number(here.digits)]
  let latest: Reminded | undefined
  for (const key of ['away', 'away-again']) {
    latest = await send(key, jids)
    expect(await runEnded(system, latest)).toBe('partial')
    expect(await targetsOf(system, latest)).toMatchObject([
      { state: 'failed', failure: 'NotOnWhatsApp', reason: failureAdvice.NotOnWhatsApp },
      { state: 'delivered' },
    ])
    expect(await asked()).toBe(1)
  }
  const { audience } = await preview(jids)
  expect(audience.leftOut).toEqual([{ jid: number(away), leftOutBecause: 'notOnWhatsApp' }])
  const { stdout } = await run(
    [
      'preview',
      '--key',
      'seen',
      '--account',
      account,
      '--to',
      `+${away}`,
      '--text',
      'x',
      '--at',
      '2035-01-01 09:00',
      '--zone',
      'UTC',
    ],
    { client: system.client },
  )
  expect(stdout).toContain('not on WhatsApp')
  // They come to WhatsApp, and the operator sends again.
  await system.whatsapp.createPeople([away])
  await system.client.runs.retryFailed(latest?.runId ?? '')
  await eventually(async () =>
    expect((await system.client.runs.progress(latest?.runId ?? '')).run.state).toBe('completed'),
  )
  expect(await asked()).toBe(2)
  expect(await texts(away)).toEqual(['one', 'two'])
})

test('who is reached by LID alone gets messages to the number', async () => {
  const { digits } = await person()
  await system.whatsapp.refuseNumber(digits)
  const reminded = await send('lid-alone', [number(digits)])
  expect(await runEnded(system, reminded)).toBe('completed')
  expect(await texts(digits)).toEqual(['one', 'two'])
})

test('a LID that comes later neither sends twice nor splits the person', async () => {
  const { digits } = await person({ withLid: false })
  // The ack is lost, and meanwhile WhatsApp goes over to LIDs.
  await system.whatsapp.fault({ kind: 'disconnect', when: 'beforeAck', chat: number(digits) })
  const reminded = await send('migrated', [number(digits)])
  await eventually(async () =>
    expect((await system.whatsapp.stanzas({ chat: number(digits) })).length).toBeGreaterThan(0),
  )
  const { lid } = await system.whatsapp.giveLid(digits)
  expect(await runEnded(system, reminded)).toBe('completed')
  expect(await texts(digits)).toEqual(['one', 'two'])
  // The answer of before had no LID: it is old in a day.
  await system.database.query(
    `update account_person set asked_at = now() - interval '2 days' where account_id = $1 and jid = $2`,
    [account, number(digits)],
  )
  const both = await send('migrated-both', [`${lid ?? ''}@lid`, number(digits)])
  expect(await runEnded(system, both)).toBe('completed')
  expect((await targetsOf(system, both)).map(({ state }) => state).toSorted()).toEqual([
    'delivered',
    'skipped',
  ])
  expect(await texts(digits)).toEqual(['one', 'two', 'one', 'two'])
})

test('a person who has another number gets what is sent to the one of before, and to both only once', async () => {
  const { digits } = await person()
  const before = await send('before-move', [number(digits)])
  expect(await runEnded(system, before)).toBe('completed')
  const now = String(people++)
  await system.whatsapp.changeNumber({ phone: digits, number: now })
  await eventually(async () => {
    const { rows } = await system.database.query(
      `select from account_person where account_id = $1 and jid = $2 and moved_at is not null`,
      [account, number(digits)],
    )
    expect(rows).toHaveLength(1)
  })
  const both = await send('after-move', [number(digits), number(now)])
  expect(await runEnded(system, both)).toBe('completed')
  expect((await targetsOf(system, both)).map(({ state }) => state).toSorted()).toEqual([
    'delivered',
    'skipped',
  ])
  expect(await texts(digits)).toEqual(['one', 'two', 'one', 'two'])
  const { warnings } = await preview([number(digits)])
  expect(warnings).toContainEqual(expect.stringContaining('has another number now'))
})

test('while WhatsApp refuses to say who is behind a number, the account waits, and nothing is tried blindly', async () => {
  const { digits } = await person()
  await system.whatsapp.fault({ kind: 'contactError', code: 429 })
  const reminded = await send('limited', [number(digits)])
  await eventually(async () => {
    const [shown] = await system.client.accounts.list()
    expect(shown).toMatchObject({ state: 'limited' })
  })
  expect(await system.whatsapp.stanzas({ chat: number(digits) })).toEqual([])
  await system.database.query(`update account set state_until = now() where id = $1`, [account])
  expect(await runEnded(system, reminded)).toBe('completed')
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual(['acked', 'acked'])
  expect(await texts(digits)).toEqual(['one', 'two'])
})
