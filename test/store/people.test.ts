import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  forgetPerson,
  knownPeople,
  movePerson,
  numbersToAsk,
  personOfTarget,
  savePeople,
  takeAddress,
} from '../../src/store/accounts/people.js'
import { finishRun, prepareRun } from '../../src/store/runs/runs.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, defineRun } from '../support/ledger.js'

let db: TestDatabase
const accountId = 'office'
let runId = ''
const pn = (digits: string) => `${digits}@s.whatsapp.net`
const lid = '100000000000001@lid'
const otherLid = '100000000000002@lid'

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, accountId)
  runId = await prepare('people', [pn('15551'), pn('15552'), lid, '120363000000000001@g.us', pn('15553')])
})
afterAll(() => db.close())

async function prepare(key: string, recipients: string[]): Promise<string> {
  const run = await defineRun(db.database, { accountId, key, recipients })
  await prepareRun(db.database, run)
  return run.runId
}
beforeEach(async () => {
  await db.database.query('delete from account_person')
  await db.database.query('update target set address = null')
})

const of = async (ordinal: number, { part = 0, isUncertain = false } = {}) =>
  await personOfTarget(db.database, { runId, ordinal, part, isUncertain })
const age = async (days: number) =>
  await db.database.query(`update account_person set asked_at = now() - make_interval(days => $1)`, [days])
const save = async (jid: string, more: { pn: string | null; lid: string | null }) =>
  await savePeople(db.database, { accountId, people: [{ jid, ...more }] })

test('a group is no person, and who was not asked for is not known', async () => {
  expect(await of(3)).toBeUndefined()
  expect(await of(0)).toMatchObject({ isKnown: false, isFresh: false, pn: null, lid: null, sentTo: null })
})

test.each([
  ['with a LID', { pn: pn('15551'), lid }, 29, 31],
  ['without a LID', { pn: pn('15551'), lid: null }, 0, 1.1],
  ['who is not on WhatsApp', { pn: null, lid: null }, 0, 1.1],
])('the answer about a person %s is believed for a while', async (_, answer, fresh, old) => {
  await save(pn('15551'), answer)
  await age(Math.floor(fresh))
  expect((await of(0))?.isFresh).toBe(true)
  await age(Math.ceil(old))
  expect((await of(0))?.isFresh).toBe(false)
  expect(await knownPeople(db.database, { accountId, jids: [pn('15551')] })).toEqual([])
})

test('only the numbers whose answer is not there or old are asked for, from that target on', async () => {
  const numbers = async (ordinal: number) => await numbersToAsk(db.database, { runId, ordinal, most: 20 })
  expect(await numbers(0)).toEqual([pn('15551'), pn('15552'), pn('15553')])
  await save(pn('15552'), { pn: null, lid: null })
  expect(await numbers(0)).toEqual([pn('15551'), pn('15553')])
  expect(await numbers(1)).toEqual([pn('15553')])
  await db.database.query(`update run set retried_at = now() + interval '1 second' where id = $1`, [runId])
  expect(await numbers(1)).toEqual([pn('15552'), pn('15553')])
  await db.database.query(`update run set retried_at = null where id = $1`, [runId])
})

test('a LID stays known where the same number is answered without one, and not for another number', async () => {
  await save(pn('15551'), { pn: pn('1555'), lid })
  await save(pn('15551'), { pn: pn('1555'), lid: null })
  expect(await of(0)).toMatchObject({ pn: pn('1555'), lid })
  await save(pn('15551'), { pn: pn('1556'), lid: null })
  expect(await of(0)).toMatchObject({ pn: pn('1556'), lid: null })
})

test('an address is that of one target, by whichever name', async () => {
  const take = async (ordinal: number, address: string, others: string[]) =>
    await takeAddress(db.database, { runId, ordinal, address, others })
  expect(await take(1, pn('15552'), [])).toBeUndefined()
  expect(await take(1, pn('15552'), [])).toBeUndefined()
  expect(await take(0, lid, [pn('15552')])).toBe(1)
  expect(await take(2, pn('15552'), [])).toBe(1)
  expect(await take(2, otherLid, [])).toBeUndefined()
})

test('what may be out goes where it went; what is surely not may go elsewhere', async () => {
  await takeAddress(db.database, { runId, ordinal: 0, address: pn('1555'), others: [] })
  expect((await of(0))?.sentTo).toBeNull()
  expect((await of(0, { isUncertain: true }))?.sentTo).toBe(pn('1555'))
  await db.database.query(
    `update send set state = 'acked', acked_at = now() where run_id = $1 and ordinal = 0 and part = 0`,
    [runId],
  )
  expect((await of(0, { part: 1 }))?.sentTo).toBe(pn('1555'))
})

test('a person who moves is found by each name of before, however often, and is not asked for', async () => {
  await save(pn('15551'), { pn: pn('1555'), lid })
  const move = async (from: string, to: string, newLid = lid, oldLid = lid) =>
    await movePerson(db.database, {
      accountId,
      from: { pn: pn(from), lid: oldLid },
      to: { pn: pn(to), lid: newLid },
    })
  await move('1555', '1556')
  await move('1556', '1557', otherLid)
  await age(400)
  const now = { pn: pn('1557'), lid: otherLid, hasMoved: true }
  const known = await knownPeople(db.database, {
    accountId,
    jids: [pn('15551'), pn('1555'), pn('1556'), pn('1557'), lid],
  })
  expect(known.toSorted((a, b) => a.jid.localeCompare(b.jid))).toEqual([
    { jid: lid, ...now },
    { jid: pn('1555'), ...now },
    { jid: pn('15551'), ...now },
    { jid: pn('1556'), ...now },
  ])
  await save(pn('15551'), { pn: null, lid: null })
  await forgetPerson(db.database, { accountId, jid: pn('15551') })
  expect(await of(0)).toMatchObject({ pn: pn('1557'), lid: otherLid, isFresh: true })
  // And back: the number is theirs again.
  await move('1557', '1555', otherLid, otherLid)
  expect(await knownPeople(db.database, { accountId, jids: [pn('1555')] })).toEqual([])
  expect(await of(0)).toMatchObject({ pn: pn('1555') })
})

test.each([
  ['completed', 'delivered'],
  ['failed', 'failed'],
])('a run is %s whose targets are %s but for who is the same person as another', async (state, other) => {
  const id = await prepare(`same-person-${other}`, [pn('15551'), pn('15552')])
  await db.database.query(`update send set state = 'skipped' where run_id = $1`, [id])
  await db.database.query(
    `update target set state = case ordinal when 0 then $2 else 'skipped' end,
       failure = case ordinal when 1 then 'SamePerson' end where run_id = $1`,
    [id, other],
  )
  const remainder = { state: 'expired', reason: 'x' } as const
  const outcome = await finishRun(db.database, { runId: id, remainder, canceled: false, reason: null })
  expect(outcome).toMatchObject({ outcome: { state, counts: { [other]: 1, skipped: 1 } } })
})
