import type { WorkflowHandle } from '@temporalio/client'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import {
  editReminderUpdate,
  skipNextUpdate,
  snoozeReminderUpdate,
  statusQuery,
  upcomingQuery,
} from '../../src/protocol/messages.js'
import { carillonAccount, carillonNextFire, carillonStatus } from '../../src/protocol/search-attributes.js'
import { eventually } from '../support/eventually.js'
import { groupJid } from '../support/ledger.js'
import {
  accountId,
  every,
  operator,
  spell,
  startReminderWorld,
  type Policies,
  type ReminderWorld,
} from './support/reminder-world.js'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

let world: ReminderWorld
beforeAll(async () => {
  world = await startReminderWorld({ skipsTime: true })
})
afterAll(() => world.close())

const soonMs = async () => Math.ceil(((await world.nowMs()) + hour) / hour) * hour
const text = (words: string) => [{ kind: 'text' as const, text: words }]
const rowsOf = async (key: string) =>
  (await world.runs(key)).map(({ scheduledAt, state }) => `${state} ${scheduledAt}`)

async function daily(key: string, policies: Partial<Policies> = {}) {
  const first = await soonMs()
  const handle = await world.define(key, { schedule: every('FREQ=DAILY;COUNT=3', first), ...policies })
  return { first, handle }
}

async function edit(handle: WorkflowHandle, policies: Policies, updateId?: string) {
  const digest = await world.save(policies)
  return await handle.executeUpdate(editReminderUpdate, {
    args: [{ digest, by: 'ann', reason: 'better' }],
    ...(updateId !== undefined && { updateId }),
  })
}

async function signal(
  key: string,
  handle: WorkflowHandle,
  name: string,
  payload: object = {},
): Promise<void> {
  const before = (await world.audit(key)).length
  await handle.signal(name, payload)
  await eventually(async () => expect((await world.audit(key)).length).toBe(before + 1))
}

async function end(key: string, handle: WorkflowHandle) {
  await handle.signal('cancel')
  return await world.passToEnd(key)
}

/** What a search of Temporal's finds it by, and how often that was set since it began. */
async function searched(handle: WorkflowHandle) {
  const { typedSearchAttributes } = await handle.describe()
  const { events = [] } = await handle.fetchHistory()
  return {
    status: typedSearchAttributes.get(carillonStatus),
    nextFire: typedSearchAttributes.get(carillonNextFire)?.getTime(),
    account: typedSearchAttributes.get(carillonAccount),
    // Without those that a patch leaves.
    upserts: events?.filter(
      ({ upsertWorkflowSearchAttributesEventAttributes: upsert }) =>
        carillonStatus.name in (upsert?.searchAttributes?.indexedFields ?? {}),
    ).length,
  }
}

const isSearched = (handle: WorkflowHandle, as: Partial<Awaited<ReturnType<typeof searched>>>) =>
  eventually(async () => expect(await searched(handle)).toMatchObject(as))

describe('the search attributes', () => {
  test('are those of the start until something changes, and true at every transition', async () => {
    const { first, handle } = await daily('searched')
    const now = { status: 'scheduled', nextFire: first, account: accountId, upserts: 0 }
    await isSearched(handle, now)
    await signal('searched', handle, 'pause')
    await isSearched(handle, { ...now, status: 'paused', upserts: 1 })
    await signal('searched', handle, 'resume')
    await isSearched(handle, { ...now, upserts: 2 })
    const until = spell(first + hour)
    await handle.executeUpdate(snoozeReminderUpdate, { args: [{ until }] })
    await isSearched(handle, { ...now, nextFire: first + hour, upserts: 3 })
    await handle.executeUpdate(skipNextUpdate, { args: [{}] })
    await isSearched(handle, { ...now, nextFire: first + day, upserts: 4 })

    world.runsLast('searched', hour)
    await world.passTo(first + day)
    await isSearched(handle, { status: 'running', nextFire: first + 2 * day })
    await world.passTo(first + day + hour)
    // It has gone on as new, and its attributes with it.
    await isSearched(handle, { ...now, nextFire: first + 2 * day, upserts: 0 })

    await signal('searched', handle, 'cancel')
    await world.passToEnd('searched')
    await isSearched(handle, { status: 'canceled', nextFire: undefined })
  })

  test('are set right where the start had them wrong', async () => {
    const first = await soonMs()
    const digest = await world.save({ schedule: every('FREQ=DAILY;COUNT=3', first) })
    await world.askToDefine('wrongly-searched', digest, new Date(first + day))
    const handle = world.client.workflow.getHandle(reminderWorkflowId(operator, 'wrongly-searched'))
    await isSearched(handle, {
      status: 'scheduled',
      nextFire: first,
      account: accountId,
      upserts: 1,
    })
    await end('wrongly-searched', handle)
  })
})

describe('edit', () => {
  test('re-arms the one timer: what fires is the newest, and it fires once', async () => {
    const { first, handle } = await daily('edited')
    const policies = { schedule: every('FREQ=DAILY;COUNT=1', first + 3 * hour), parts: text('newest') }
    expect(await edit(handle, policies)).toEqual({
      kind: 'edited',
      state: 'scheduled',
      nextFire: spell(first + 3 * hour),
    })
    expect(await edit(handle, policies)).toMatchObject({ kind: 'unchanged' })
    expect(await world.row('edited')).toMatchObject({ nextFire: spell(first + 3 * hour), revision: 1 })
    expect(await world.passToEnd('edited')).toMatchObject({ state: 'completed' })
    expect(await rowsOf('edited')).toEqual([`completed ${spell(first + 3 * hour)}`])
    expect(world.fired('edited').map(({ digest }) => digest)).toEqual([await world.save(policies)])
    expect(await world.audit('edited')).toEqual([
      { action: 'edit', actor: 'ann', reason: 'better' },
      { action: 'edit', actor: 'ann', reason: 'better' },
    ])
  })

  test('leaves exactly one upcoming fire after any sequence of edits, the newest (N1)', async () => {
    const edits = fc.array(fc.record({ inHours: fc.integer({ min: 1, max: 40 }), repeats: fc.boolean() }), {
      minLength: 2,
      maxLength: 6,
    })
    for (const [index, sequence] of fc.sample(edits, { numRuns: 8, seed: 7 }).entries()) {
      const key = `edits-${index}`
      const { first, handle } = await daily(key)
      let newest = first
      let digest = ''
      for (const { inHours, repeats } of sequence) {
        newest = first + inHours * hour
        const at = spell(newest)
        const policies: Policies = {
          schedule: repeats ? every('FREQ=DAILY', newest) : { kind: 'once', at, zone: 'UTC' },
          parts: text(`in ${inHours}`),
        }
        digest = await world.save(policies)
        expect(await edit(handle, policies), JSON.stringify(sequence)).toMatchObject({ nextFire: at })
      }
      expect((await handle.query(upcomingQuery))[0]).toBe(spell(newest))
      await world.passTo(newest + minute)
      expect(world.fired(key).map((fired) => [Math.floor(fired.atMs / minute), fired.digest])).toEqual([
        [Math.floor(newest / minute), digest],
      ])
      if ((await world.row(key)).endedAt === null) await end(key, handle)
    }
  })

  test('a run that is under way keeps the definition that it began with', async () => {
    world.runsLast('keeps', 2 * hour)
    const { first, handle } = await daily('keeps')
    const old = (await world.runs('keeps')).length
    expect(old).toBe(0)
    await world.passTo(first + hour)
    const policies = { schedule: every('FREQ=DAILY;COUNT=2', first), parts: text('other') }
    await edit(handle, policies)
    await world.passToEnd('keeps')
    const digests = (await world.runs('keeps')).map(({ digest }) => digest)
    const own = await world.save({ schedule: every('FREQ=DAILY;COUNT=3', first) })
    expect(digests).toEqual([own, await world.save(policies)])
  })

  test('refuses what is no definition, and changes nothing', async () => {
    const { handle } = await daily('refuses')
    const attempt = (digest: string) => handle.executeUpdate(editReminderUpdate, { args: [{ digest }] })
    await expect(attempt('x')).rejects.toMatchObject({ cause: { type: 'InvalidArgument' } })
    await expect(attempt('0'.repeat(64))).rejects.toMatchObject({ cause: { type: 'UnknownDefinition' } })
    const foreign = await world.save({
      schedule: every('FREQ=DAILY', await soonMs()),
      account: 'nobody',
      audience: { kind: 'list', recipients: [groupJid(1)] },
    })
    await expect(attempt(foreign)).rejects.toMatchObject({ cause: { type: 'UnknownAccount' } })
    expect(await world.row('refuses')).toMatchObject({ revision: 0 })
    expect(await world.audit('refuses')).toEqual([])
    await end('refuses', handle)
  })
})

describe('snooze', () => {
  test('puts the next occurrence off, again too, and those after it stay', async () => {
    const { first, handle } = await daily('snoozed')
    const snooze = (until: number) =>
      handle.executeUpdate(snoozeReminderUpdate, { args: [{ until: spell(until), by: 'ann' }] })
    expect(await snooze(first + 2 * hour)).toEqual({
      occurrence: spell(first),
      nextFire: spell(first + 2 * hour),
    })
    // Later than the next one: that stays where it is.
    expect(await snooze(first + 30 * hour)).toEqual({
      occurrence: spell(first),
      nextFire: spell(first + 30 * hour),
    })
    expect(await handle.query(statusQuery)).toMatchObject({ nextFire: spell(first + day) })
    await expect(snooze(first - 9_999 * day)).rejects.toMatchObject({ cause: { type: 'TooEarly' } })
    await world.passToEnd('snoozed')
    expect(world.fired('snoozed').map(({ atMs }) => Math.floor((atMs - first) / hour))).toEqual([24, 30, 48])
    expect(await rowsOf('snoozed')).toEqual([0, 1, 2].map((n) => `completed ${spell(first + n * day)}`))
    expect((await world.runs('snoozed'))[0]?.deadline).toEqual(new Date(first + 42 * hour))
    expect(await world.audit('snoozed')).toEqual(
      [1, 2].map(() => ({ action: 'snooze', actor: 'ann', reason: null })),
    )
  })
})

describe('skipNext', () => {
  test('leaves out the next one, once however often it is asked', async () => {
    const { first, handle } = await daily('skipped')
    const skip = (request: object, updateId?: string) =>
      handle.executeUpdate(skipNextUpdate, {
        args: [request],
        ...(updateId !== undefined && { updateId }),
      })
    const occurrence = spell(first)
    const nextFire = spell(first + day)
    expect(await skip({ occurrence, reason: 'holiday' })).toEqual({ kind: 'skipped', occurrence, nextFire })
    expect(await skip({ occurrence })).toEqual({ kind: 'already', occurrence, nextFire })
    await expect(skip({ occurrence: spell(first + 2 * hour) })).rejects.toMatchObject({
      cause: { type: 'NoOccurrence' },
    })
    // Without naming it, by the request's own name.
    await skip({ requestId: 'a click' })
    await skip({ requestId: 'a click' })
    await world.passToEnd('skipped')
    expect(await rowsOf('skipped')).toEqual([
      `skipped ${spell(first)}`,
      `skipped ${spell(first + day)}`,
      `completed ${spell(first + 2 * day)}`,
    ])
    expect((await world.runs('skipped'))[0]?.reason).toBe('skipped by operator: holiday')
  })
})

describe('fireNow', () => {
  test('sends at once, does not shift the calendar, and a double click is one', async () => {
    const { first, handle } = await daily('fires')
    world.runsLast('fires', 20 * minute)
    await signal('fires', handle, 'fireNow', { by: 'ann', reason: 'test' })
    await signal('fires', handle, 'fireNow', { by: 'ann' })
    expect(await world.row('fires')).toMatchObject({ nextFire: spell(first) })
    world.runsLast('fires', 0)
    await world.passToEnd('fires')
    const runs = await world.runs('fires')
    expect(runs.map(({ trigger, state }) => `${trigger} ${state}`)).toEqual([
      'fireNow completed',
      ...Array(3).fill('schedule completed'),
    ])
    expect(runs.slice(1).map(({ scheduledAt }) => scheduledAt)).toEqual(
      [0, 1, 2].map((n) => spell(first + n * day)),
    )
    expect((await world.audit('fires'))[0]).toEqual({ action: 'fireNow', actor: 'ann', reason: 'test' })
  })

  test('fires while the reminder is paused, and leaves it paused', async () => {
    const { handle } = await daily('fires-paused')
    await signal('fires-paused', handle, 'pause')
    await signal('fires-paused', handle, 'fireNow')
    await eventually(async () => expect(world.fired('fires-paused')).toHaveLength(1))
    await eventually(async () =>
      expect((await world.runs('fires-paused')).map(({ state }) => state)).toEqual(['completed']),
    )
    expect(await world.row('fires-paused')).toMatchObject({ state: 'paused' })
    await end('fires-paused', handle)
  })
})

describe('pause', () => {
  test('until an instant: it resumes by itself; edit, snooze and skip work meanwhile', async () => {
    const { first, handle } = await daily('until')
    const until = spell(first + 3 * day)
    await signal('until', handle, 'pause', { until, reason: 'holiday', by: 'ann' })
    expect(await world.row('until')).toMatchObject({
      state: 'paused',
      pausedUntil: until,
      reason: 'paused by operator: holiday',
    })
    const schedule = every('FREQ=DAILY;COUNT=6', first)
    expect(await edit(handle, { schedule })).toMatchObject({ state: 'paused' })
    await handle.executeUpdate(skipNextUpdate, { args: [{}] })
    const snoozed = spell(first + 3 * day + 2 * hour)
    await handle.executeUpdate(snoozeReminderUpdate, { args: [{ until: snoozed }] })
    await world.passToEnd('until')
    expect(await rowsOf('until')).toEqual([
      `skipped ${spell(first)}`,
      `completed ${spell(first + day)}`,
      `missed ${spell(first + 2 * day)}`,
      ...[3, 4, 5].map((n) => `completed ${spell(first + n * day)}`),
    ])
    const hours = world.fired('until').map(({ atMs }) => Math.floor((atMs - first) / hour))
    expect(hours.toSorted((a, b) => a - b)).toEqual([72, 74, 96, 120])
    expect(await world.audit('until')).toMatchObject([
      { action: 'pause', actor: 'ann', reason: 'holiday' },
      { action: 'edit' },
      { action: 'skipNext' },
      { action: 'snooze' },
      { action: 'resume', actor: null, reason: `it was paused until ${until}` },
    ])
  })

  test('holds the run under way, and resume lets it go on', async () => {
    world.runsLast('holds', 30 * minute)
    const { first, handle } = await daily('holds', {
      schedule: { kind: 'once', at: spell(await soonMs()), zone: 'UTC' },
    })
    await world.passTo(first + 10 * minute)
    await signal('holds', handle, 'pause')
    expect((await world.runs('holds')).map(({ state }) => state)).toEqual(['paused'])
    expect(await world.row('holds')).toMatchObject({ state: 'paused' })
    await world.sleep(2 * hour)
    await signal('holds', handle, 'resume')
    expect(await world.passToEnd('holds')).toMatchObject({ state: 'completed' })
    expect(world.fired('holds')).toHaveLength(1)
  })
})
