import { isDeepStrictEqual } from 'node:util'
import { pollUntil } from '../../src/client/waiting.js'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { isFinalRun, type RunState } from '../../src/domain/states.js'
import { messageOf } from '../../src/stack/errors.js'
import type { Expected } from '../chaos/judge.js'
import { reminderOf, type Made } from '../shared/reminding.js'
import type { CampaignAccount, CampaignGroup } from '../shared/scene.js'
import { operator, type CampaignSystem } from '../shared/system.js'

/** Of these each message may be read or not, and none twice: they are canceled on the way. */
export const canceledPrefix = 'canceled-'

// A worker that has died is noticed after some seconds, and another may die of the same request.
const patient = { timeoutMs: 180_000 }
const dueInMs = 2_000

export type Round = {
  /** What is to be read. */
  expected: Expected[]
  /** What could not be done, in words. */
  problems: string[]
}

/** Everything that an operator does, once, all at the same time. */
export async function oneRound(
  system: CampaignSystem,
  { account, round }: { account: CampaignAccount; round: number },
): Promise<Round> {
  const done: Round = { expected: [], problems: [] }
  const doing = Object.entries(acts).map(async ([what, act]) => {
    const key = `${what}-${round}`
    try {
      await act({ system, account, key, expect: (asked) => done.expected.push(...asked) })
    } catch (error) {
      done.problems.push(`${key}: ${messageOf(error)}`)
    }
  })
  await Promise.all(doing)
  return done
}

type Act = (context: {
  system: CampaignSystem
  account: CampaignAccount
  /** Of its reminder. */
  key: string
  expect: (asked: Expected[]) => void
}) => Promise<void>

const sends: Act = async ({ system, account, key, expect }) => {
  expect((await create(system, account, key, [0, 1])).expected)
}

const acts: Record<string, Act> = {
  plain: sends,
  queued: sends,

  async paused({ system, account, key, expect }) {
    const { expected } = await create(system, account, key, [2, 3])
    expect(expected)
    const runId = expected[0]?.runId ?? ''
    await untilRun(system, runId)
    await done(system.client.runs.pause(runId, { ...patient, reason: 'a round' }))
    await done(system.client.runs.resume(runId, patient))
  },

  async [`${canceledPrefix}under-way`]({ system, account, key }) {
    const { expected } = await create(system, account, key, [1, 4])
    await untilRun(system, expected[0]?.runId ?? '')
    await done(system.client.reminders.cancel(key, patient))
  },

  /** The signal of the cancel comes while its run ends. */
  async [`${canceledPrefix}paused`]({ system, account, key }) {
    const { expected } = await create(system, account, key, [0, 5])
    await untilRun(system, expected[0]?.runId ?? '')
    await done(system.client.reminders.pause(key, patient))
    await done(system.client.reminders.cancel(key, patient))
  },

  async recurring({ system, account, key, expect }) {
    const { reminders } = system.client
    const group = account.groups[3]
    if (!group) throw new Error('the account has too few groups')
    const text = `${key}, first`
    const daily = { cron: '0 9 * * *', start: '2035-01-01 09:00', zone: 'UTC' }
    await reminders.create({ key, account: account.id, to: group.jid, text, ...daily }, patient)
    expect(await fires(system, { key, group, text }))
    await reminders.snooze(key, { ...patient, until: '2035-01-01T10:00Z' })
    await reminders.skip(key, patient)
    const edited = `${key}, second`
    await reminders.edit(key, { text: edited }, patient)
    await done(reminders.pause(key, patient))
    await done(reminders.resume(key, patient))
    expect(await fires(system, { key, group, text: edited }))
    await done(reminders.delete(key, patient))
    const { rows } = await system.client.database.query<{ action: string; times: number }>(
      `select action, count(*) as times from audit where subject = $1 group by action`,
      [reminderWorkflowId(operator, key)],
    )
    const times = Object.fromEntries(rows.map((row) => [row.action, row.times]))
    const once = { create: 1, fireNow: 2, snooze: 1, skipNext: 1, edit: 1, pause: 1, resume: 1, delete: 1 }
    if (!isDeepStrictEqual(times, once))
      throw new Error(`not each request is recorded once: ${JSON.stringify(times)}`)
  },

  async retried({ system, account, key, expect }) {
    const group = account.groups[5]
    if (!group) throw new Error('the account has too few groups')
    const refuse = { kind: 'refuse', code: 403, chat: group.jid, count: 'until-cleared' } as const
    const { id } = await system.whatsapp.fault(refuse)
    const { expected } = await create(system, account, key, [5])
    expect(expected)
    const runId = expected[0]?.runId ?? ''
    await untilRunEnded(system, runId)
    await system.whatsapp.clearFaults({ id })
    await system.client.runs.retryFailed(runId, { ...patient, requestId: key })
    await untilRunEnded(system, runId)
  },

  async account({ system, account }) {
    await done(system.client.accounts.pauseSends(account.id, patient))
    await done(system.client.accounts.resumeSends(account.id, patient))
  },
}

async function create(
  system: CampaignSystem,
  account: CampaignAccount,
  key: string,
  groups: number[],
): Promise<Made> {
  const made = reminderOf(account, { key, groups, hasImage: key.startsWith('plain'), dueInMs })
  await system.client.reminders.create(made.input, patient)
  return made
}

async function fires(
  system: CampaignSystem,
  { key, group, text }: { key: string; group: CampaignGroup; text: string },
): Promise<Expected[]> {
  const { runId } = await system.client.reminders.fire(key, patient)
  if (runId === undefined) throw new Error(`it is not known which run ${key} began`)
  await untilRunEnded(system, runId)
  return [{ runId, chat: group.jid, members: group.members, parts: [{ text, isImage: false }] }]
}

async function untilRun(system: CampaignSystem, runId: string): Promise<void> {
  await until(`${runId} has begun`, async () => (await stateOf(system, runId)) !== undefined)
}

async function untilRunEnded(system: CampaignSystem, runId: string): Promise<void> {
  await until(`${runId} has ended`, async () => {
    const state = await stateOf(system, runId)
    return state !== undefined && isFinalRun(state)
  })
}

async function stateOf({ client }: CampaignSystem, runId: string): Promise<RunState | undefined> {
  const { rows } = await client.database.query<{ state: RunState }>(`select state from run where id = $1`, [
    runId,
  ])
  return rows[0]?.state
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const { isDone } = await pollUntil({ ask: isSo, isDone: Boolean, ...patient })
  if (!isDone) throw new Error(`${what}: not after ${patient.timeoutMs / 1_000} s`)
}

/** It was acted on, or over before: the run was faster than the operator. */
async function done(request: Promise<{ confirmed: boolean }>): Promise<void> {
  try {
    const { confirmed } = await request
    if (!confirmed) throw new Error(`nobody acted on a request within ${patient.timeoutMs / 1_000} s`)
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ended') return
    throw error
  }
}
