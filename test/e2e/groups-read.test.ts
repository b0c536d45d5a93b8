import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Check } from '../../src/doctor/check.js'
import { checkGroups } from '../../src/doctor/groups.js'
import { runWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { soon } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

let system: System
let accounts = 0

beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.close())
beforeEach(async () => {
  await system.whatsapp.clearFaults()
})

/** An account of WhatsApp in five groups, two of which it is told of while it logs in; it is not linked yet. */
async function newcomer(): Promise<{ id: string; phone: string; jids: string[] }> {
  accounts += 1
  const phone = `1555000700${accounts}`
  const id = `newcomer-${accounts}`
  await system.whatsapp.createAccount({ phone })
  const groups = await system.createGroups({ phone, groups: 5, members: 2 })
  const jids = groups.map(({ jid }) => jid)
  await system.whatsapp.announceGroups({ account: phone, jids: jids.slice(0, 2) })
  await system.client.accounts.add({ id, ratePerMinute: 10_000 })
  return { id, phone, jids }
}

async function toAllGroups(account: string, more: { deliverWithin?: string } = {}): Promise<string> {
  const at = soon()
  const key = `all-of-${account}`
  await system.client.reminders.create({
    key,
    account,
    to: 'all groups',
    text: 'Hello',
    at,
    zone: 'UTC',
    ...more,
  })
  return runWorkflowId(system.operator, key, at)
}

const unlisted = (account: string, code: number) =>
  system.whatsapp.fault({ kind: 'metadataError', code, account, count: 'until-cleared' })

async function ended(runId: string) {
  return await eventually(async () => {
    const { run, totalTargets } = await system.client.runs.progress(runId)
    expect(run.finishedAt).not.toBeNull()
    return { state: run.state, reason: run.reason, totalTargets }
  })
}

const waiting = (runId: string) =>
  eventually(async () => {
    const { run, waitsFor } = await system.client.runs.progress(runId)
    expect({ state: run.state, waitsFor }).toEqual({
      state: 'preparing',
      waitsFor: 'the groups of the account to be read from WhatsApp',
    })
    const asked = await system.temporal.workflow.getHandle(runId).query('progress')
    expect(asked).toMatchObject({ waitsFor })
  })

async function timesAsked(runId: string): Promise<number> {
  const { events } = await system.temporal.workflow.getHandle(runId).fetchHistory()
  return (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'groupsWereRead',
  ).length
}

const doctor = async (id: string): Promise<Check | undefined> =>
  (await checkGroups(system.database, system.operator)).find(({ found }) => found.includes(`'${id}'`))

test('a reminder to all groups reaches all five of an account that was told of two while it logged in', async () => {
  const { id, phone, jids } = await newcomer()
  await system.linkAccount({ id, phone })
  const runId = await toAllGroups(id)
  expect(await ended(runId)).toMatchObject({ state: 'completed', totalTargets: 5 })
  for (const chat of jids) expect(await system.whatsapp.stanzas({ chat })).toHaveLength(1)
  expect(await doctor(id)).toMatchObject({ state: 'ok' })
})

test.each([429, 503])(
  'a reminder that is due before the groups could be read (%i) waits, says so, and goes on by itself',
  async (code) => {
    const { id, phone } = await newcomer()
    await unlisted(phone, code)
    await system.linkAccount({ id, phone })
    const runId = await toAllGroups(id)
    await waiting(runId)
    const line = await doctor(id)
    expect(line).toMatchObject({ state: 'bad' })
    expect(line?.found).toContain('were not read yet')
    expect(line?.remedy).toContain(`carillon groups refresh ${id}`)
    await system.whatsapp.clearFaults()
    expect(await ended(runId)).toMatchObject({ state: 'completed', totalTargets: 5 })
    // However long it waited, that is one activity: no event for each look.
    expect(await timesAsked(runId)).toBe(1)
  },
)

test('a run whose groups could not be read in time fails with that reason, and a canceled one ends at once', async () => {
  const late = await newcomer()
  const canceled = await newcomer()
  for (const { phone } of [late, canceled]) await unlisted(phone, 503)
  for (const account of [late, canceled]) await system.linkAccount(account)
  const [lateRun, canceledRun] = [
    await toAllGroups(late.id, { deliverWithin: '10s' }),
    await toAllGroups(canceled.id),
  ]
  await waiting(canceledRun)
  await system.client.runs.cancel(canceledRun)
  expect(await ended(canceledRun)).toMatchObject({ state: 'canceled', totalTargets: 0 })
  const { state, reason } = await ended(lateRun)
  expect(state).toBe('failed')
  expect(reason).toMatch(/^the groups of the account were not read before /)
})

test('groups refresh reads them at once and says how many; what keeps it from that is said', async () => {
  const { id, phone } = await newcomer()
  await expect(system.client.groups.refresh(id)).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('it is new') as string,
  })
  const fault = await unlisted(phone, 503)
  await system.linkAccount({ id, phone })
  await expect(system.client.groups.refresh(id)).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('WhatsApp could not list them just now') as string,
  })
  await expect(
    system.client.reminders.create({ account: id, to: 'No such name', text: 'Hello', at: 'in 1 hour' }),
  ).rejects.toThrow(/were not all read from WhatsApp yet/)
  await system.whatsapp.clearFaults({ id: fault.id })
  expect(await system.client.groups.refresh(id)).toHaveLength(5)
})
