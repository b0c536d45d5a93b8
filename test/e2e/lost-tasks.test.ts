import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CarillonError } from '../../src/client/errors.js'
import { pause } from '../../src/pause.js'
import { runStart } from '../../src/protocol/run-start.js'
import { findRetriableRun, retryFailed } from '../../src/store/runs/retry-failed.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, ledgerOf, remind, type Reminded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

/**
 * A workflow's task that is lost after a statement of it was committed is done again from its beginning, on what that
 * statement has written: it reads its own effects. Each of these left somebody waiting for nobody.
 */
const account = 'office'
const phone = '15550009981'
const preload = pathToFileURL('test/support/dies-after-statement.mjs').href
let system: System

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
})
afterAll(() => system.close())

test('a run that was canceled, and whose worker died when that was written, ends as canceled', async () => {
  const dies = await workerThatDiesAfter('from finish_run(')
  const { reminded, release } = await holding('canceled')
  await system.client.reminders.pause(reminded.key)
  await release()
  await eventually(async () => expect(await lockHolder()).toBeNull())
  const canceling = system.client.reminders.cancel(reminded.key, { reason: 'rain', timeoutMs: 120_000 })
  await dies.untilDead()
  await system.startWorker()
  expect(await canceling).toMatchObject({ confirmed: true, state: { state: 'canceled' } })
  expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('canceled')
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual(['acked', 'skipped'])
})

test('a lock that was granted, and whose worker died before the run was told, is told', async () => {
  const dies = await workerThatDiesAfter('granted_runs as runs')
  const { reminded, release } = await holding('ends')
  const waiting = await waitingFor('is-granted-it')
  await release()
  await dies.untilDead()
  await system.startWorker()
  await expectDeliveredOnce(system, waiting)
  // It has its place since it was prepared, and did not have to ask in the end.
  expect(await timesAsked(waiting)).toBe(0)
  await expectDeliveredOnce(system, reminded)
})

test('a run whose row is written, and whose worker died before its workflow was started, is paused all the same', async () => {
  const dies = await workerThatDiesAfter('from lock_reminder(')
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const reminded = await remind(system, { key: 'not-started', account, groups, texts: ['x'] })
  await dies.untilDead()
  expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('preparing')
  const pausing = system.client.runs.pause(reminded.runId, { timeoutMs: 120_000 })
  await system.startWorker()
  // It may have been faster.
  const paused = await pausing
    .then(({ confirmed, state }) => ({ confirmed, state: state.state }))
    .catch(codeOf)
  if (paused !== 'ended') expect(paused.confirmed).toBe(true)
  if (paused !== 'ended' && paused.state === 'paused') await system.client.runs.resume(reminded.runId)
  await expectDeliveredOnce(system, reminded)
})

test('a retry that was opened, and whose task was lost with its request, has its own time to deliver', async () => {
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  const groups = group ? [group] : []
  const { id } = await system.whatsapp.fault({
    kind: 'refuse',
    code: 403,
    chat: group?.jid ?? '',
    count: 'until-cleared',
  })
  const reminded = await remind(system, {
    key: 'retried',
    account,
    groups,
    texts: ['x'],
    deliverWithin: '10s',
  })
  await eventually(async () =>
    expect((await system.client.runs.progress(reminded.runId)).run.state).toBe('failed'),
  )
  // Its workflow has ended too, and not only its row.
  await eventually(async () =>
    expect((await system.client.reminders.show('retried')).state).toBe('completed'),
  )
  await system.whatsapp.clearFaults({ id })
  // As if the operator had asked a while later: what he asks for is in the row, and nobody knows of his request.
  await system.worker().stop('SIGKILL')
  await pause(11_000)
  const now = new Date().toISOString()
  expect(await retryFailed(system.database, { runId: reminded.runId, requestId: 'lost', now })).toMatchObject(
    {
      kind: 'retried',
    },
  )
  const run = await findRetriableRun(system.database, { operator: system.operator, runId: reminded.runId })
  if (!run) throw new Error('there is no run')
  const before = { ...run.args, deadline: new Date(Date.now() - 1_000).toISOString(), isRetry: true } as const
  await system.temporal.workflow.start('run', {
    ...runStart(before),
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  })
  await system.database.query(`update run set deadline = now() + interval '5 minutes' where id = $1`, [
    reminded.runId,
  ])
  await system.startWorker()
  await expectDeliveredOnce(system, reminded)
})

test('an operator whose request one worker after the other dies of has his answer, and it is done once', async () => {
  const { reminders } = system.client
  const [group] = await system.createGroups({ phone, groups: 1, members: 1 })
  const far = { at: '2035-01-01T09:00Z', zone: 'UTC' }
  await reminders.create({ key: 'put-off', account, to: group?.jid ?? '', text: 'x', ...far })
  let dies = await workerThatDiesAfter(statementOfARequest)
  const snoozing = reminders.snooze('put-off', { until: '2035-01-02T09:00Z', timeoutMs: 180_000 })
  // Temporal refuses the request after the third.
  for (let died = 1; died < 4; died++) {
    await dies.untilDead()
    dies = await workerThatDiesAfter(statementOfARequest)
  }
  await dies.untilDead()
  await system.startWorker()
  expect(await snoozing).toMatchObject({ nextFire: '2035-01-02T09:00:00Z' })
  const { items } = await reminders.history('put-off')
  expect(items).toMatchObject([{ action: 'snooze' }])
})

function codeOf(error: unknown): 'ended' {
  if (error instanceof CarillonError && error.code === 'ended') return error.code
  throw error
}

// In each try, also where the request is done already.
const statementOfARequest = 'from lock_reminder('

async function workerThatDiesAfter(statement: string): Promise<{ untilDead: () => Promise<void> }> {
  await system.worker().stop('SIGKILL')
  const worker = await system.startWorker({
    NODE_OPTIONS: `--import ${preload}`,
    DIES_AFTER_STATEMENT: statement,
  })
  const exited = once(worker.child, 'exit')
  return { untilDead: async () => void (await exited) }
}

/** A run of two parts, the first of which is on the wire until `release`. */
async function holding(key: string): Promise<{ reminded: Reminded; release: () => Promise<void> }> {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const chat = groups[0]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'holdAck', chat, count: 1 })
  const reminded = await remind(system, { key, account, groups, texts: ['part 1', 'part 2'] })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
  return { reminded, release: async () => void (await system.whatsapp.releaseAcks()) }
}

async function waitingFor(key: string): Promise<Reminded> {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const reminded = await remind(system, { key, account, groups, texts: ['after it'] })
  await eventually(async () => {
    const { rows } = await system.database.query(`select from lock_request where run_id = $1`, [
      reminded.runId,
    ])
    expect(rows).toHaveLength(1)
  })
  return reminded
}

async function lockHolder(): Promise<string | null | undefined> {
  const { rows } = await system.database.query<{ holder: string | null }>(
    `select lock_holder as holder from account where id = $1`,
    [account],
  )
  return rows[0]?.holder
}

/** Who is told of its grant needs to ask for the lock once. */
async function timesAsked({ runId }: Reminded): Promise<number> {
  const { events } = await system.temporal.workflow.getHandle(runId).fetchHistory()
  const markers = (events ?? []).flatMap(({ markerRecordedEventAttributes: marker }) =>
    Object.values(marker?.details ?? {}).flatMap(({ payloads }) => payloads ?? []),
  )
  return markers.filter(({ data }) => Buffer.from(data ?? []).includes('"askForLock"')).length
}
