import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { expectReadOnce, ledgerOf, remind, runEnded, targetsOf, type Reminded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const account = 'office'
const phone = '15550009101'
const texts = ['Bring the blue folder', 'The gate opens at nine']
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterEach(async () => {
  await system.whatsapp.clearFaults()
  await system.whatsapp.releaseAcks()
})
afterAll(() => system.close())

const stateOf = async ({ runId }: Reminded) => (await system.client.runs.progress(runId)).run.state
const retry = (reminded: Reminded, options = {}) => system.client.runs.retryFailed(reminded.runId, options)

/** A run of three groups that has ended; the second one was refused. */
async function endPartial(key: string): Promise<Reminded & { refused: TestGroup }> {
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  const [, refused] = groups
  if (!refused) throw new Error('no group')
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: refused.jid, count: 1 })
  const reminded = await remind(system, { key, account, groups, texts })
  expect(await runEnded(system, reminded)).toBe('partial')
  await expectReadOnce(system, { groups: [refused], texts: [] })
  return { ...reminded, refused }
}

async function expectCompleted(reminded: Reminded): Promise<void> {
  await eventually(async () => expect(await stateOf(reminded)).toBe('completed'))
  await expectReadOnce(system, reminded)
  // Each message left once: the refused one never did the first time.
  const ids = (await ledgerOf(system, reminded)).map(({ messageId }) => messageId)
  const stanzas = (await system.whatsapp.stanzas()).map(({ id }) => id).filter((id) => ids.includes(id))
  expect(stanzas.toSorted()).toEqual(ids.toSorted())
  const { rows } = await system.database.query(`select id from run where dedupe_key = $1`, [reminded.key])
  expect(rows).toEqual([{ id: reminded.runId }])
}

const retriesOf = async ({ runId }: Reminded) =>
  (
    await system.database.query(
      `select actor, reason from audit where subject = $1 and action = 'retryFailed'`,
      [runId],
    )
  ).rows

test('the refused group reads each message once, the others nothing more, and the run is completed', async () => {
  const reminded = await endPartial('retried')
  const before = await ledgerOf(system, reminded)
  const answer = await retry(reminded, { reason: 'we are in the group again' })
  expect(answer).toMatchObject({ kind: 'retried', targets: 1, run: { id: reminded.runId } })
  await expectCompleted(reminded)

  const after = await ledgerOf(system, reminded)
  expect(after.map(({ messageId }) => messageId)).toEqual(before.map(({ messageId }) => messageId))
  expect(after.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 1, 1, 1])
  expect(await retriesOf(reminded)).toEqual([{ actor: 'school', reason: 'we are in the group again' }])
  // One child for the target that was left, and none for those that were done.
  const { events } = await system.temporal.workflow.getHandle(reminded.runId).fetchHistory()
  const children = (events ?? []).flatMap(
    (event) => event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? [],
  )
  expect(children).toEqual([`${reminded.runId}#1`])
})

test('calls at once, and one request twice, are one retry', async () => {
  const reminded = await endPartial('double-click')
  await system.whatsapp.fault({ kind: 'holdAck', chat: reminded.refused.jid, count: 1 })
  const same = { requestId: 'one-click' }
  const answers = await Promise.all([retry(reminded, same), retry(reminded, same), retry(reminded)])
  const kinds = answers.map(({ kind }) => kind)
  expect(kinds).toContain('retried')
  for (const kind of kinds) expect(['retried', 'already']).toContain(kind)
  expect(await retriesOf(reminded)).toHaveLength(1)
  await eventually(async () =>
    expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toContain('sending'),
  )
  expect(await retry(reminded)).toMatchObject({ kind: 'already' })
  await system.whatsapp.releaseAcks()
  await expectCompleted(reminded)
  expect(await retriesOf(reminded)).toHaveLength(1)
})

test('a run that is under way is refused, one without a failed target is left as it is', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const first = groups[0]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'holdAck', chat: first, count: 1 })
  const reminded = await remind(system, { key: 'under-way', account, groups, texts })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat: first })).toHaveLength(1))
  await expect(retry(reminded)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringMatching(/still running \(running\): wait for its end, or cancel it/) as string,
  })
  // Also where it is the workflow that is asked: it refuses for itself.
  await expect(
    system.temporal.workflow.getHandle(reminded.runId).executeUpdate('retryFailed', { args: [] }),
  ).rejects.toMatchObject({ cause: { type: 'RunUnderWay' } })
  await system.whatsapp.releaseAcks()
  await eventually(async () => expect(await stateOf(reminded)).toBe('completed'))

  const before = await system.client.runs.show(reminded.runId)
  expect(await retry(reminded)).toMatchObject({ kind: 'nothing', counts: { delivered: 2, failed: 0 } })
  const after = await system.client.runs.show(reminded.runId)
  expect({ run: after.progress.run, targets: after.targets }).toEqual({
    run: before.progress.run,
    targets: before.targets,
  })
  expect(await retriesOf(reminded)).toEqual([])
  await expectReadOnce(system, reminded)
  await expect(system.client.runs.retryFailed('run:school/none@x')).rejects.toMatchObject({
    code: 'not_found',
  })
})

test('it works when Temporal has forgotten the run', async () => {
  const reminded = await endPartial('forgotten')
  const { runId } = reminded
  const handle = system.temporal.workflow.getHandle(runId)
  await handle.result()
  await system.temporal.workflowService.deleteWorkflowExecution({
    namespace: system.namespace,
    workflowExecution: { workflowId: runId },
  })
  await eventually(
    async () => await expect(handle.describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' }),
  )
  expect(await retry(reminded)).toMatchObject({ kind: 'retried', targets: 1 })
  await expectCompleted(reminded)
})

test('a retry is paused, its workflow lost, started again by reconcile, and resumed', async () => {
  const reminded = await endPartial('lost')
  await system.client.accounts.pauseSends(account)
  await retry(reminded)
  await system.client.runs.pause(reminded.runId)
  await system.temporal.workflow.getHandle(reminded.runId).terminate()
  await eventually(async () =>
    expect(await system.client.reconcile()).toMatchObject({ kind: 'done', resumedRuns: 1, problems: [] }),
  )
  await system.client.accounts.resumeSends(account)
  await eventually(async () => expect(await stateOf(reminded)).toBe('paused'))
  expect(await system.client.runs.resume(reminded.runId)).toMatchObject({ confirmed: true })
  await expectCompleted(reminded)
})

test('a retry that is canceled leaves what was not sent skipped', async () => {
  const reminded = await endPartial('canceled-retry')
  await system.client.accounts.pauseSends(account)
  await retry(reminded)
  expect(await system.client.runs.cancel(reminded.runId)).toMatchObject({
    confirmed: true,
    state: { state: 'partial' },
  })
  await system.client.accounts.resumeSends(account)
  const states = (await targetsOf(system, reminded)).map(({ state }) => state)
  expect(states).toEqual(['delivered', 'skipped', 'delivered'])
  expect(await retry(reminded)).toMatchObject({ kind: 'nothing' })
  await expectReadOnce(system, { groups: [reminded.refused], texts: [] })
})

test('a reminder that recurs holds a retry of one of its runs by its pause, and reconcile starts it again', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const [refused] = groups
  if (!refused) throw new Error('no group')
  await system.client.reminders.create({
    key: 'recurs',
    account,
    to: groups.map(({ jid }) => jid),
    parts: texts.map((text) => ({ text })),
    repeat: 'FREQ=YEARLY',
    start: '2090-01-01T09:00:00',
    zone: 'UTC',
  })
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: refused.jid, count: 1 })
  const { runId = '' } = await system.client.reminders.fire('recurs')
  const reminded = { key: 'recurs', runId, groups, texts }
  expect(await runEnded(system, reminded)).toBe('partial')

  await system.client.accounts.pauseSends(account)
  await retry(reminded)
  expect((await system.client.reminders.show('recurs')).state).toBe('scheduled')
  expect(await system.client.reminders.pause('recurs')).toMatchObject({ confirmed: true })
  expect(await stateOf(reminded)).toBe('paused')
  await system.client.accounts.resumeSends(account)
  await system.temporal.workflow.getHandle(runId).terminate()
  await eventually(async () =>
    expect(await system.client.reconcile()).toMatchObject({ kind: 'done', resumedRuns: 1, problems: [] }),
  )
  await system.client.reminders.resume('recurs')
  await expectCompleted(reminded)
  await system.client.reminders.cancel('recurs')
})
