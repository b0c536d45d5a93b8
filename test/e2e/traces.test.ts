import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupDeliveryWorkflowId, reminderWorkflowId, runWorkflowId } from '../../src/domain/ids.js'
import { testDataConverter } from '../support/codec.js'
import { eventually } from '../support/eventually.js'
import { attribute, startOtlpReceiver, type OtlpReceiver, type Span } from '../support/otlp-receiver.js'
import { startProgram } from '../support/processes.js'
import { ledgerOf, remind, runEnded, soon, type Reminded } from '../support/reminding.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'
import { testKey } from '../support/database.js'

const account = 'office'
const phone = '15550008881'
const text = 'Choir practice moves to room nine'
const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))
let system: System
let collector: OtlpReceiver
let groups: TestGroup[]
let traced: Reminded

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  collector = await startOtlpReceiver()
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = collector.url
  process.env['OTEL_BSP_SCHEDULE_DELAY'] = '200'
  system = await startSystem()
  await system.pairAccount({ id: account, phone })
  groups = await system.createGroups({ phone, groups: 2, members: 2 })
  await system.whatsapp.fault({ kind: 'refuse', code: 403, chat: groups[1]?.jid ?? '' })
  traced = await createByCommand('traced')
  expect(await runEnded(system, traced)).toBe('partial')
})
afterAll(async () => {
  await system.close()
  await collector.close()
})

test('one trace leads from the command to each send', async () => {
  const spans = await eventually(() => {
    const all = collector.spans()
    expect(all.map(({ name }) => name)).toContain('RunWorkflow:reminder')
    expect(all.filter(({ name }) => name === 'send')).toHaveLength(2)
    return all
  })
  const sends = spans.filter(({ name }) => name === 'send')
  for (const send of sends) {
    const path = pathOf(send, spans)
    expect(path.map(({ name }) => name)).toEqual([
      'UpdateWithStartWorkflow:define',
      'RunWorkflow:reminder',
      'StartChildWorkflow:run',
      'RunWorkflow:run',
      'StartChildWorkflow:groupDelivery',
      'RunWorkflow:groupDelivery',
      'StartActivity:deliver',
      'RunActivity:deliver',
      'send',
    ])
    expect(new Set(path.map(({ traceId }) => traceId)).size).toBe(1)
    expect([path[0]?.service, send.service]).toEqual(['carillon-client', 'carillon-worker'])
  }
  const ledger = await ledgerOf(system, traced)
  expect(sends.map((span) => attribute(span, 'carillon.send_id') ?? '').toSorted()).toEqual(
    ledger.map(({ messageId }) => messageId).toSorted(),
  )
  expect(sends.map((span) => attribute(span, 'carillon.run_id'))).toEqual([traced.runId, traced.runId])
  expect(sends.map((span) => attribute(span, 'carillon.outcome') ?? '').toSorted()).toEqual([
    'acked',
    'refused',
  ])
})

test('what was not begun by a client that traces is not traced', async () => {
  const untraced = await remind(system, {
    key: 'untraced',
    account,
    groups: groups.slice(0, 1),
    texts: [text],
  })
  expect(await runEnded(system, untraced)).toBe('completed')
  // Exported later than anything of the other could be.
  const later = await createByCommand('later')
  expect(await runEnded(system, later)).toBe('completed')
  await eventually(() => expect(collector.raw()).toContain(later.runId))
  expect(collector.raw()).not.toContain('untraced')
  // The lock and the session serve many: they are in nobody's trace.
  const names = collector.spans().map(({ name }) => name)
  expect(names.filter((name) => /accountLock|accountSession|ownSession/.test(name))).toEqual([])
})

test('a traced workflow replays as one that was not', async () => {
  const ids = [
    reminderWorkflowId(system.operator, 'traced'),
    traced.runId,
    groupDeliveryWorkflowId(traced.runId, 0),
  ]
  const histories = await Promise.all(
    ids.map(async (workflowId) => ({
      workflowId,
      history: await system.temporal.workflow.getHandle(workflowId).fetchHistory(),
    })),
  )
  const results = Worker.runReplayHistories(
    {
      workflowBundle: { codePath: dist('workflow-bundle.js') },
      dataConverter: {
        ...testDataConverter,
        payloadConverterPath: dist('src/workflows/payload-converter.js'),
      },
      sinks: { exporter: { export: { fn: () => undefined } } },
    },
    histories,
  )
  const replayed: unknown[] = []
  for await (const { workflowId, error } of results) replayed.push([workflowId, error?.message])
  expect(replayed).toEqual(ids.map((id) => [id, undefined]))
})

test('nothing personal is exported', async () => {
  const names = (await system.whatsapp.groups()).map(({ subject }) => subject)
  const jids = groups.map(({ jid }) => jid.split('@')[0] ?? jid)
  const secrets = [
    text,
    phone,
    ...groups.flatMap(({ members }) => members),
    ...jids,
    ...names,
    '@g.us',
    '@s.whatsapp.net',
  ]
  expect(secrets.filter((secret) => collector.raw().includes(secret))).toEqual([])
  const spans = collector.spans()
  expect(spans.filter(({ status }) => status?.message !== undefined && status.message !== '')).toEqual([])
  expect(spans.length).toBeGreaterThan(10)
})

async function createByCommand(key: string): Promise<Reminded> {
  const at = soon()
  const used = key === 'traced' ? groups : groups.slice(0, 1)
  const to = used.flatMap(({ jid }) => ['--to', jid])
  const command = [
    'reminder',
    'create',
    '--key',
    key,
    ...to,
    '--text',
    text,
    '--at',
    at,
    '--zone',
    'UTC',
    '--json',
  ]
  const cli = startProgram('cli', ['dist/src/cli/main.js', ...command], {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_OPERATOR: system.operator,
    CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
  })
  if (cli.child.exitCode === null) await once(cli.child, 'exit')
  expect(cli.child.exitCode).toBe(0)
  return { key, runId: runWorkflowId(system.operator, key, at), groups: used, texts: [text] }
}

/** From the root to the span. */
function pathOf(span: Span, all: Span[]): Span[] {
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId)
  return parent ? [...pathOf(parent, all), span] : [span]
}
