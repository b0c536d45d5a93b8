import type { WorkflowHandle } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkWorkflows } from '../../src/doctor/workflows.js'
import { lockWorkflowId, mainTaskQueue, reminderWorkflowId } from '../../src/domain/ids.js'
import { eventually } from '../support/eventually.js'
import { untilLogged, type LogLine } from '../support/logs.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const phone = '15550005101'
const bad = { 'the character U+0000': 'no\u0000school', 'half of a surrogate pair': 'no school \ud83d' }
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

const far = '2035-01-01T09:00'

async function reminder(key: string): Promise<WorkflowHandle> {
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  await system.client.reminders.create({
    key,
    account: 'office',
    to: group?.jid ?? '',
    text: 'x',
    at: far,
    zone: 'UTC',
  })
  return system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, key))
}

const logged = async (msg: string, fields: LogLine) => await untilLogged(system.worker(), { msg, ...fields })

const doctor = () => checkWorkflows(system.temporal, system.database)

describe.each(Object.entries(bad))('text with %s', (_what, text) => {
  const suffix = text.includes('\0') ? 'nul' : 'half'

  test.each(['reason', 'by', 'requestId'])(
    'as the %s of a signal is ignored and logged, and the reminder hears the next one',
    async (field) => {
      const key = `${suffix}-${field.toLowerCase()}`
      const handle = await reminder(key)
      await handle.signal('pause', { [field]: text })
      await handle.signal('pause', { reason: 'a good one' })
      await eventually(async () =>
        expect((await system.client.reminders.show(key)).reason).toBe('paused by operator: a good one'),
      )
      await logged('signal ignored: malformed payload', {
        workflowId: handle.workflowId,
        signal: 'pause',
        field,
      })
    },
  )

  test('in the reason of an update is refused with the name of the field', async () => {
    const handle = await reminder(`${suffix}-update`)
    const snooze = handle.executeUpdate('snooze', { args: [{ until: '2035-01-01T10:00:00Z', reason: text }] })
    await expect(snooze).rejects.toMatchObject({
      cause: {
        type: 'InvalidArgument',
        message: expect.stringMatching(/^reason: expected text without/) as string,
      },
    })
  })

  test("sent to the account's lock leaves the account able to serve its runs", async () => {
    const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
    const scheduledAt = '2026-11-24T06:00:00Z'
    const lock = {
      workflowId: lockWorkflowId('office'),
      taskQueue: mainTaskQueue,
      args: [{ accountId: 'office' }],
    }
    for (const [signal, payload] of Object.entries({
      request: { runId: `run:school/${text}@${scheduledAt}`, priority: 9, scheduledAt },
      release: { runId: `run:school/${text}@${scheduledAt}`, token: 1 },
      pauseAccount: { reason: text },
    }))
      await system.temporal.workflow.signalWithStart('accountLock', {
        ...lock,
        signal,
        signalArgs: [payload],
      })
    const reminded = await remind(system, {
      key: `${suffix}-served`,
      account: 'office',
      groups: group ? [group] : [],
      texts: ['served'],
    })
    await expectDeliveredOnce(system, reminded)
  })
})

// Postgres knows no more of a reason than how long it is, sealed.
const refusals = {
  byRule: { reason: 'r'.repeat(200), is: 'between 300 and 360' },
  unreadable: { reason: 'u'.repeat(300), is: 'between 440 and 470' },
  failing: { reason: 'f'.repeat(400), is: 'between 570 and 610' },
}

test('a value that a rule of Postgres refuses is logged, and neither the reminder nor the lock is wedged', async () => {
  await system.database.query(
    `alter table audit add constraint test_rule check (length(reason) not ${refusals.byRule.is})`,
  )
  await system.database.query(
    `alter table account add constraint test_rule check (length(paused_reason) not ${refusals.byRule.is})`,
  )
  const handle = await reminder('ruled')
  await handle.signal('pause', { reason: refusals.byRule.reason })
  await handle.signal('pause', { reason: 'allowed' })
  await eventually(async () =>
    expect((await system.client.reminders.show('ruled')).reason).toBe('paused by operator: allowed'),
  )
  const held = system.client.accounts.pauseSends('office', {
    reason: refusals.byRule.reason,
    timeoutMs: 1_000,
  })
  expect(await held).toMatchObject({ confirmed: false })
  expect(await system.client.accounts.pauseSends('office', { reason: 'allowed' })).toMatchObject({
    confirmed: true,
  })
  expect(await system.client.accounts.resumeSends('office')).toMatchObject({ confirmed: true })
  for (const workflowId of [handle.workflowId, lockWorkflowId('office')])
    await logged('signal refused', { workflowId, type: 'UnstorableData' })
})

test('a value that Postgres can never read (SQLSTATE class 22) is logged, and the reminder hears the next signal', async () => {
  // What is known of such values is refused before it gets there; this stands for one that nobody has thought of.
  await system.database.query(
    `create function test_unreadable() returns trigger language plpgsql as
       $$ begin raise exception 'never' using errcode = '22P05'; end $$;
     create trigger test_unreadable before insert on audit for each row when (length(new.reason) ${refusals.unreadable.is}) execute function test_unreadable()`,
  )
  const handle = await reminder('unreadable')
  await handle.signal('pause', { reason: refusals.unreadable.reason })
  await handle.signal('pause', { reason: 'allowed' })
  await eventually(async () =>
    expect((await system.client.reminders.show('unreadable')).reason).toBe('paused by operator: allowed'),
  )
  await logged('signal refused', { workflowId: handle.workflowId, type: 'UnstorableData' })
})

test('an activity that keeps failing is named by the doctor until it succeeds', async () => {
  const handle = await reminder('stuck')
  expect(await doctor()).toEqual([expect.objectContaining({ state: 'ok' })])
  await system.database.query(
    `create function test_failure() returns trigger language plpgsql as
       $$ begin raise exception 'always' using errcode = '55000'; end $$;
     create trigger test_failure before insert on audit for each row when (length(new.reason) ${refusals.failing.is}) execute function test_failure()`,
  )
  await handle.signal('pause', { reason: refusals.failing.reason })
  await eventually(async () =>
    expect(await doctor()).toEqual([
      expect.objectContaining({ state: 'bad', found: expect.stringContaining(handle.workflowId) as string }),
    ]),
  )
  await logged('activity keeps failing', { workflowId: handle.workflowId, activity: 'pauseReminder' })
  await system.database.query(`drop trigger test_failure on audit`)
  await eventually(async () => expect((await system.client.reminders.show('stuck')).state).toBe('paused'))
  await eventually(async () => expect(await doctor()).toEqual([expect.objectContaining({ state: 'ok' })]))
})

test('a run whose row is gone ends, and says that it is unknown', async () => {
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  await system.client.accounts.pauseSends('office')
  const reminded = await remind(system, {
    key: 'gone',
    account: 'office',
    groups: group ? [group] : [],
    texts: ['never'],
  })
  await eventually(async () =>
    expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('running'),
  )
  await system.database.query(`delete from send where run_id = $1`, [reminded.runId])
  await system.database.query(`delete from target where run_id = $1`, [reminded.runId])
  await system.database.query(`delete from run where id = $1`, [reminded.runId])
  const handle = system.temporal.workflow.getHandle(reminded.runId)
  await handle.signal('cancel')
  await eventually(async () => expect((await handle.describe()).status.name).toBe('FAILED'))
  const error = await handle.result().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const types: unknown[] = []
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    types.push('type' in cause && cause.type)
  expect(types).toContain('UnknownRun')
  await system.client.accounts.resumeSends('office')
})
