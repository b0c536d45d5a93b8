import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { logLines, untilWritten } from '../support/logs.js'
import { startProgram } from '../support/processes.js'
import { valueOf, type Sample } from '../support/prometheus.js'
import { portOf, scrape } from '../support/scrape.js'
import { ledgerOf, remind, runEnded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const account = 'office'
const phone = '15550006661'
const texts = ['The pool is closed', 'Bring a towel on Friday']
let system: System
let groups: TestGroup[]
let scraped: { text: string; samples: Sample[] }

beforeAll(async () => {
  process.env['CARILLON_METRICS_PORT'] = '0'
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  groups = await system.createGroups({ phone, groups: 3, members: 2 })
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: groups[1]?.jid ?? '', count: 1 })
  const reminded = await remind(system, { key: 'measured', account, groups, texts })
  expect(await runEnded(system, reminded)).toBe('partial')
  expect((await ledgerOf(system, reminded)).map(({ state }) => state)).toEqual(
    'acked acked failed skipped acked acked'.split(' '),
  )
  scraped = await scrape(system.worker())
})
afterAll(() => system.close())

test('what was sent is counted by outcome, and every step of the ledger', () => {
  const { samples } = scraped
  const sends = (labels: Record<string, string>) =>
    valueOf(samples, 'carillon_sends_total', { account, ...labels })
  expect(sends({ outcome: 'acked', failure: '' })).toBe(4)
  expect(sends({ outcome: 'refused', failure: 'NotInGroup' })).toBe(1)
  const moved = (from: string, to: string) =>
    valueOf(samples, 'carillon_ledger_transitions_total', { from, to })
  expect(moved('pending', 'sending')).toBe(5)
  expect(moved('sending', 'acked')).toBe(4)
  expect(moved('sending', 'failed')).toBe(1)
  expect(moved('pending', 'skipped')).toBe(1)
  expect(valueOf(samples, 'carillon_ledger_transitions_total')).toBe(11)
})

test('the due lag is measured once a run', () => {
  expect(valueOf(scraped.samples, 'carillon_due_lag_seconds_count')).toBe(1)
  expect(valueOf(scraped.samples, 'carillon_due_lag_seconds_sum')).toBeGreaterThan(0)
  expect(valueOf(scraped.samples, 'carillon_send_ack_seconds_count', { account })).toBe(4)
})

test("the system's state is that of Postgres at the scrape", async () => {
  const { samples } = scraped
  expect(valueOf(samples, 'carillon_account_state', { account, state: 'connected' })).toBe(1)
  expect(valueOf(samples, 'carillon_account_state', { account })).toBe(1)
  expect(valueOf(samples, 'carillon_queue_targets', { account })).toBe(0)

  await system.client.accounts.pauseSends(account)
  await remind(system, { key: 'queued', account, groups, texts })
  await eventually(async () => {
    const held = (await scrape(system.worker())).samples
    expect(valueOf(held, 'carillon_account_paused', { account })).toBe(1)
    expect(valueOf(held, 'carillon_queue_runs', { account, state: 'running' })).toBe(1)
    expect(valueOf(held, 'carillon_queue_targets', { account })).toBe(3)
    expect(valueOf(held, 'carillon_reminders', { state: 'running' })).toBe(1)
    expect(valueOf(held, 'carillon_account_lock_held_seconds', { account })).toBeGreaterThan(0)
  })
  await system.client.accounts.resumeSends(account)
})

test('one endpoint shows all sources, in labels of few values, with nothing personal in them', async () => {
  const { samples, text } = scraped
  for (const source of ['process', 'postgres', 'temporal_sdk'])
    expect(valueOf(samples, 'carillon_scrape_ok', { source })).toBe(1)
  expect(samples.some(({ name }) => name.startsWith('temporal_'))).toBe(true)
  const labels = samples
    .filter(({ name }) => name.startsWith('carillon_'))
    .flatMap((one) => Object.keys(one.labels))
  expect([...new Set(labels)].toSorted()).toEqual([
    'account',
    'failure',
    'from',
    'le',
    'outcome',
    'source',
    'state',
    'to',
  ])
  const named = (await system.whatsapp.groups()).map(({ subject }) => subject)
  const secrets = [
    ...texts,
    phone,
    ...groups.flatMap(({ jid, members }) => [jid, ...members]),
    ...named,
    'measured',
  ]
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

test('every metric that the dashboard and the runbook ask for is in a scrape', () => {
  const dashboard = readFileSync('deploy/grafana/carillon.json', 'utf8')
  const { panels } = JSON.parse(dashboard) as { panels: { title: string; targets?: { expr: string }[] }[] }
  const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  expect(queries.length).toBeGreaterThan(20)
  const runbook = readFileSync('docs/runbook.md', 'utf8').split('## Watching it')[1]?.split('\n## ')[0] ?? ''
  expect(runbook).toContain('carillon_')
  const asked = [
    ...new Set(
      [...queries, runbook].flatMap((query) => query.match(/\b(?:carillon|temporal|process|nodejs)_\w+/g)),
    ),
  ]
  // It appears with the first task that fails.
  const shown = new Set([
    ...scraped.samples.map(({ name }) => name),
    'temporal_workflow_task_execution_failed_total',
  ])
  expect(asked.filter((name) => name === null || !shown.has(name))).toEqual([])
})

test('a line of the log names run, target and send', async () => {
  const lines = await eventually(() => {
    const found = logLines(system.worker()).filter(({ msg }) => msg === 'message acknowledged')
    expect(found.length).toBeGreaterThanOrEqual(4)
    return found
  })
  for (const line of lines)
    expect(line).toMatchObject({
      runId: expect.stringMatching(/^run:school\//),
      ordinal: expect.any(Number),
      part: expect.any(Number),
      sendId: expect.stringMatching(/^3EB0[0-9A-F]{18}$/),
    })
})

test('a port in use is named with its variable, and the worker ends', async () => {
  const port = await portOf(system.worker())
  const second = startProgram('worker-second', ['dist/src/worker-main.js'], {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), // that of the system's workers
    CARILLON_METRICS_PORT: String(port),
  })
  await eventually(() => expect(second.child.exitCode).toBe(1))
  await untilWritten(second, `CARILLON_METRICS_PORT: port ${port} on 127.0.0.1 is in use`)
})

test('a worker that cannot start ends, though its metrics are served by then', async () => {
  const second = startProgram('worker-without-handlers', ['dist/src/worker-main.js'], {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'), // that of the system's workers
    CARILLON_METRICS_PORT: '0',
    CARILLON_TELEGRAM_HANDLERS: '/nowhere/handlers.mjs',
  })
  onTestFinished(() => second.stop('SIGKILL'))
  await untilWritten(second, 'metrics are served')
  await untilWritten(second, '/nowhere/handlers.mjs')
  await eventually(() => expect(second.child.exitCode).toBe(1))
})
