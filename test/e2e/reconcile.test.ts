import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReconcileOptions } from '../../src/client/reconcile.js'
import { scheduleId } from '../../src/schedules.js'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import { saveDefinition } from '../../src/store/reminders/definitions.js'
import { startProgram } from '../support/processes.js'
import { eventually } from '../support/eventually.js'
import { expectReadOnce, ledgerOf, remind, runEnded, stanzasOf } from '../support/reminding.js'
import { unpauseAndRun } from '../support/schedules.js'
import { startSystem, type System } from '../support/system.js'
import { run as runCli } from '../cli/support.js'

const account = 'office'
const phone = '15550008001'
const text = 'Bring the blue folder'
const secret = 'a-secret-of-cron-services'
let system: System
let url: string

beforeAll(async () => {
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  const worker = await system.startWorker({ CRON_SECRET: secret, CARILLON_API_PORT: '0' })
  const line = await worker.line((one) => one.includes('"api listening"'))
  url = (JSON.parse(line) as { url: string }).url
})
afterAll(() => system.close())

const nothing = {
  started: 0,
  nudged: 0,
  resumedRuns: 0,
  startedSessions: 0,
  startedRelays: 0,
  resumedWebhooks: 0,
  resumedUpdates: 0,
  problems: [],
}

test('a reminder whose workflow was terminated is started again, and fires once', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  await create('terminated', groups[0]?.jid, inSeconds(25))
  const id = reminderWorkflowId(system.operator, 'terminated')
  await system.temporal.workflow.getHandle(id).terminate()
  // Said, and not done: the next one finds it gone as well.
  expect(await reconciled({ dryRun: true })).toMatchObject({ ...nothing, started: 1 })
  expect(await reconciled()).toMatchObject({ ...nothing, started: 1 })
  expect(await reconciled()).toMatchObject({ ...nothing, skipped: 0 })

  await eventually(async () => expect(await stateOf('terminated')).toBe('completed'))
  await expectReadOnce(system, { groups, texts: [text] })
  expect(await reconciled()).toMatchObject(nothing)
})

test('a run and its reminder, both terminated in the middle, go on where they were', async () => {
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  const texts = [text, 'The gate opens at nine']
  await system.whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const reminded = await remind(system, { key: 'both', account, groups, texts, groupConcurrency: 1 })
  await eventually(async () => expect((await ledgerOf(system, reminded))[0]?.state).toBe('sending'))
  await system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, 'both')).terminate()
  await system.temporal.workflow.getHandle(reminded.runId).terminate()
  await system.whatsapp.clearFaults()

  expect(await reconciled()).toMatchObject({ ...nothing, started: 1, resumedRuns: 1 })
  await eventually(async () => expect(await stanzasOf(system, reminded)).toBe(2))
  await system.whatsapp.releaseAcks()
  expect(await runEnded(system, reminded)).toBe('completed')
  await expectReadOnce(system, reminded)
})

test('a run alone that was terminated is accounted for by its reminder, and reconcile leaves it to that', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  await system.client.accounts.pauseSends(account)
  const reminded = await remind(system, { key: 'run-alone', account, groups, texts: [text] })
  await eventually(async () => expect(await ledgerOf(system, reminded)).toHaveLength(1))
  await system.temporal.workflow.getHandle(reminded.runId).terminate()
  expect(await reconciled()).toMatchObject(nothing)
  expect(await runEnded(system, reminded)).toBe('failed')
  await system.client.accounts.resumeSends(account)
  await expectReadOnce(system, { groups, texts: [] })
})

test('a session whose workflow was terminated is started again', async () => {
  await system.temporal.workflow.getHandle(`session:${account}`).terminate()
  expect(await reconciled()).toMatchObject({ ...nothing, startedSessions: 1 })
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  const reminded = await remind(system, { key: 'new-session', account, groups, texts: [text] })
  expect(await runEnded(system, reminded)).toBe('completed')
  await expectReadOnce(system, reminded)
})

test('one that is late is made to look at Postgres again, and fires', async () => {
  const groups = await system.createGroups({ phone, groups: 1, members: 2 })
  await create('late', groups[0]?.jid, inSeconds(3_600))
  // As after an older backup of Temporal: its timer does not know of the newest definition.
  const { definition } = await system.client.reminders.show('late')
  const at = inSeconds(-60)
  const digest = await saveDefinition(system.database, {
    ...definition,
    schedule: { kind: 'once', at, zone: 'UTC' },
  })
  await system.database.query(`update reminder set digest = $1, next_fire = $2 where dedupe_key = 'late'`, [
    digest,
    at,
  ])
  // A workflow that was started a moment ago is not disturbed.
  await eventually(async () => expect(await reconciled()).toMatchObject({ ...nothing, nudged: 1 }), {
    intervalMs: 2_000,
  })
  await eventually(async () => expect(await stateOf('late')).toBe('completed'))
  await expectReadOnce(system, { groups, texts: [text] })
})

test('five at once, while everything works, change nothing', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const reminded = await remind(system, { key: 'five', account, groups, texts: [text] })
  await create('far', groups[0]?.jid, inSeconds(3_600))
  const five = () => Promise.all(Array.from({ length: 5 }, () => system.client.reconcile()))
  const reports = [...(await five()), ...(await five())]
  for (const report of reports) if (report.kind === 'done') expect(report).toMatchObject(nothing)
  expect(await runEnded(system, reminded)).toBe('completed')
  await expectReadOnce(system, reminded)
})

test('by HTTP: 401 without the secret, 405 for another method, 200 with the counts', async () => {
  const path = `${url}/api/cron/process-scheduled`
  expect((await fetch(path, { method: 'POST' })).status).toBe(401)
  expect((await fetch(path)).status).toBe(405)
  await eventually(async () => {
    const answer = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${secret}` } })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ kind: 'done', ...nothing })
  })
})

test('by the command: counts for people and for programs', async () => {
  const client = { reconcile: system.client.reconcile } as never
  await eventually(async () => {
    const json = await runCli(['reconcile', '--json', '--dry-run'], { client })
    expect(json.exitCode).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({ dryRun: true, kind: 'done', ...nothing })
    const human = await runCli(['reconcile'], { client })
    expect(human.stdout).toMatch(
      /^Checked \d+ reminders, runs, accounts and webhooks: all of them are in Temporal\.$/,
    )
  })
})

test('a port that is in use is named, with the variable', async () => {
  const holder = createServer()
  const port = await new Promise<number>((resolve) => {
    holder.listen(0, '127.0.0.1', () => resolve((holder.address() as { port: number }).port))
  })
  try {
    const worker = startProgram('worker', ['dist/src/worker-main.js'], {
      TEMPORAL_ADDRESS: system.address,
      TEMPORAL_NAMESPACE: system.namespace,
      DATABASE_URL: system.databaseUrl,
      CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), // that of the system's workers
      CARILLON_API_PORT: String(port),
    })
    const errors: string[] = []
    worker.child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
    await new Promise((resolve) => worker.child.once('close', resolve))
    expect(worker.child.exitCode).toBe(1)
    expect(errors.join('')).toContain(
      `HTTP API: port ${port} on 127.0.0.1 is in use. Set CARILLON_API_PORT to another port`,
    )
  } finally {
    holder.close()
  }
})

test('the jobs are Temporal Schedules: one each, however many workers start', async () => {
  for (const job of ['reconcile', 'metadataRefresh', 'retention'] as const) {
    const schedule = await system.temporal.schedule.getHandle(scheduleId(job)).describe()
    expect(schedule.policies.overlap).toBe('SKIP')
    expect(schedule.action).toMatchObject({ workflowType: job })
    // An operator's pause of it is kept by the next worker that starts.
    await system.temporal.schedule.getHandle(scheduleId(job)).pause('maintenance')
  }
  await system.startWorker()
  for (const job of ['reconcile', 'metadataRefresh', 'retention'] as const) {
    const handle = system.temporal.schedule.getHandle(scheduleId(job))
    expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'maintenance' })
    await unpauseAndRun(system.temporal, job)
  }
  // Each really runs, in a worker.
  for (const job of ['reconcile', 'metadataRefresh', 'retention'])
    await eventually(async () => {
      const done: string[] = []
      for await (const { status } of system.temporal.workflow.list({
        query: `WorkflowType = '${job}' and ExecutionStatus = 'Completed'`,
      }))
        done.push(status.name)
      expect(done.length).toBeGreaterThan(0)
    })
})

test('groups are asked for once in their time to live, and an account without a socket is skipped', async () => {
  await system.client.accounts.add({ id: 'unlinked' })
  await eventually(async () => expect((await system.client.accounts.show(account)).state).toBe('connected'))
  const refresh = async (): Promise<unknown> => {
    const workflowId = `refresh-${Math.random()}`
    return await system.temporal.workflow.execute('metadataRefresh', { taskQueue: 'carillon', workflowId })
  }
  await system.database.query(`update account set groups_read_at = now() - interval '7 hours'`)
  const skipped = [{ accountId: 'unlinked', why: 'the account is new' }]
  expect(await refresh()).toEqual({ refreshed: [account], fresh: [], skipped })
  const fetchedAt = async () =>
    (await system.database.query('select jid, fetched_at from account_group order by jid')).rows
  const before = await fetchedAt()
  expect(before.length).toBeGreaterThan(0)
  expect(await Promise.all([refresh(), refresh()])).toEqual(
    [1, 2].map(() => ({ refreshed: [], fresh: [account], skipped })),
  )
  expect(await fetchedAt()).toEqual(before)
})

/** Waits for its turn: a schedule's may be under way. */
async function reconciled(options: ReconcileOptions = {}) {
  return await eventually(async () => {
    const report = await system.client.reconcile(options)
    expect(report.kind).toBe('done')
    return report
  })
}

function inSeconds(seconds: number): string {
  return new Date(Math.ceil(Date.now() / 1_000 + seconds) * 1_000).toISOString().replace('.000Z', 'Z')
}

async function create(key: string, jid: string | undefined, at: string): Promise<void> {
  await system.client.reminders.create({ key, account, to: [jid ?? ''], parts: [{ text }], at, zone: 'UTC' })
}

async function stateOf(key: string): Promise<string> {
  return (await system.client.reminders.show(key)).state
}
