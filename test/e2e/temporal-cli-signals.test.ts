import type { Payload } from '@temporalio/common'
import { encode } from '@temporalio/common/lib/encoding.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { createTokens } from '../../src/client/operators/tokens.js'
import { isSealedPayload } from '../../src/codec/payload-codec.js'
import { parseConfig } from '../../src/config.js'
import { groupDeliveryWorkflowId, reminderWorkflowId, sessionWorkflowId } from '../../src/domain/ids.js'
import { createLogger } from '../../src/logging.js'
import { testDataConverter } from '../support/codec.js'
import { testKey } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { withPayloads } from '../support/history-payloads.js'
import { logLines } from '../support/logs.js'
import { soon, startSystem, type System, type TestGroup } from '../support/system.js'
import { temporalCli, type TemporalCli } from './support/temporal-cli.js'

const phone = '15550005001'
const [codec] = testDataConverter.payloadCodecs
let system: System
let temporal: TemporalCli

beforeAll(async () => {
  system = await startSystem()
  temporal = await temporalCli(system)
  await system.pairAccount({ id: 'office', phone })
})
afterAll(() => system.close())

type Subject = { workflowId: string; state: () => Promise<string>; reason: () => Promise<string | null> }

/** What an operator may type after `temporal workflow signal --name pause`, none of which is a request. */
const garbage: Record<string, string[]> = {
  'a text': ['--input', '"because"'],
  'a number': ['--input', '7'],
  'a list': ['--input', '[1, 2]'],
  'a reason that is no text': ['--input', '{"reason": {"why": true}}'],
  'a field that there is not': ['--input', '{"reson": "typed wrongly"}'],
  'a reason without end': ['--input', JSON.stringify({ reason: 'x'.repeat(501) })],
  bytes: ['--input', 'no JSON at all', '--input-meta', 'encoding=binary/plain'],
  'an encoding that nobody knows': ['--input', '"x"', '--input-meta', 'encoding=binary/no-such-thing'],
  'a protobuf that is none': ['--input', 'x', '--input-meta', 'encoding=binary/protobuf'],
}

async function signal(subject: Subject, name: string, ...input: string[]): Promise<void> {
  await temporal('workflow', 'signal', '--workflow-id', subject.workflowId, '--name', name, ...input)
}

/** Payloads that the command refuses to send, and another program may not. */
const brokenPayloads: Payload[] = [
  { metadata: { encoding: encode('json/plain') }, data: encode('{"reason": ') },
  { metadata: {}, data: encode('"no encoding"') },
  {},
]

async function signalGarbage(subject: Subject, name: string): Promise<void> {
  for (const input of Object.values(garbage)) await signal(subject, name, ...input)
  for (const payload of brokenPayloads)
    await system.temporal.workflowService.signalWorkflowExecution({
      namespace: system.namespace,
      workflowExecution: { workflowId: subject.workflowId },
      signalName: name,
      input: { payloads: [payload] },
    })
}

const garbageCount = Object.keys(garbage).length + brokenPayloads.length

const becomes = (subject: Subject, state: string) =>
  eventually(async () => expect(await subject.state()).toBe(state))

// Which of them depends on whether the message on the wire was acknowledged in time.
const ends = (subject: Subject) =>
  eventually(async () => expect(['canceled', 'partial']).toContain(await subject.state()))

async function expectToObey(subject: Subject, whenGoing: string): Promise<void> {
  await becomes(subject, whenGoing)
  await signal(subject, 'pause')
  await becomes(subject, 'paused')
  expect(await subject.reason()).toBe('paused by operator')
  await signal(subject, 'resume')
  await becomes(subject, whenGoing)

  await signal(subject, 'pause', '--input', '{"reason": "the hall is closed", "by": "anna"}')
  await becomes(subject, 'paused')
  expect(await subject.reason()).toBe('paused by operator: the hall is closed')

  // Each of them would resume or cancel it, were it taken for a request.
  const before = ignored(subject).length
  for (const name of ['resume', 'cancel']) await signalGarbage(subject, name)
  await eventually(() => expect(ignored(subject)).toHaveLength(before + 2 * garbageCount))
  expect(await subject.state()).toBe('paused')
  expect(await subject.reason()).toBe('paused by operator: the hall is closed')
  const { status } = await system.temporal.workflow.getHandle(subject.workflowId).describe()
  expect(status.name).toBe('RUNNING')

  await signal(subject, 'resume', '--input', '{"reason": "open again"}')
  await becomes(subject, whenGoing)
  await signalGarbage(subject, 'pause')
  await eventually(() => expect(ignored(subject)).toHaveLength(before + 3 * garbageCount))
  expect(await subject.state()).toBe(whenGoing)
}

function ignored({ workflowId }: Subject): unknown[] {
  return logLines(system.worker()).filter(
    (line) => line.msg === 'signal ignored: malformed payload' && line['workflowId'] === workflowId,
  )
}

describe('a reminder that waits for its time', () => {
  test.each([
    { how: 'without a payload', key: 'plain', input: [], reason: 'canceled by operator' },
    {
      how: 'with a reason',
      key: 'reasoned',
      input: ['--input', '{"reason": "no school"}'],
      reason: 'canceled by operator: no school',
    },
  ])('is canceled $how', async ({ key, input, reason }) => {
    const subject = await createReminder(key, { at: soon(3_600_000) })
    await signal(subject, 'cancel', ...input)
    await becomes(subject, 'canceled')
    expect(await subject.reason()).toBe(reason)
  })

  test('is paused and resumed, and garbage is ignored and logged', async () => {
    await expectToObey(await createReminder('obeys', { at: soon(3_600_000) }), 'scheduled')
  })

  test("is canceled by Temporal's own request", async () => {
    const subject = await createReminder('canceled-in-temporal', { at: soon(3_600_000) })
    await temporal('workflow', 'cancel', '--workflow-id', subject.workflowId)
    await becomes(subject, 'canceled')
  })
})

describe('a run that is under way', () => {
  let groups: TestGroup[]
  beforeEach(async () => {
    groups = await system.createGroups({ phone, groups: 2, members: 1 })
  })

  test('is paused, resumed and canceled, and garbage is ignored and logged', async () => {
    const subject = await startHeldRun('run-obeys')
    await expectToObey(subject, 'running')
    await signal(subject, 'cancel', '--input', '{"reason": "sent by mistake"}')
    await system.whatsapp.clearFaults()
    await system.whatsapp.releaseAcks()
    await ends(subject)
    expect(await subject.reason()).toBe('canceled by operator: sent by mistake')
  })

  test("is canceled by Temporal's own request, with every target accounted for", async () => {
    const subject = await startHeldRun('run-canceled-in-temporal')
    await temporal('workflow', 'cancel', '--workflow-id', subject.workflowId)
    await eventually(async () => expect(await subject.reason()).toBe('canceled by operator'))
    await system.whatsapp.clearFaults()
    await system.whatsapp.releaseAcks()
    await ends(subject)
    const { progress, reasons } = await system.client.runs.show(subject.workflowId)
    expect(progress.targets).toMatchObject({ pending: 0, delivered: 0 })
    expect(reasons.map(({ reason }) => reason)).toContain('canceled by operator')
  })

  async function startHeldRun(key: string): Promise<Subject> {
    const chat = groups[0]?.jid ?? ''
    await system.whatsapp.fault({ kind: 'holdAck', chat, count: 'until-cleared' })
    await createReminder(key, { at: soon(), groups })
    await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
    const runId = (await system.client.reminders.show(key)).runs[0]?.id ?? ''
    const run = async () => (await system.client.runs.progress(runId)).run
    return {
      workflowId: runId,
      state: async () => (await run()).state,
      reason: async () => (await run()).reason,
    }
  }
})

describe('what Temporal keeps', () => {
  test('is sealed, and only what was typed by hand is not', async () => {
    const { workflowId } = await createReminder('sealed', { at: soon(3_600_000) })
    await system.client.reminders.pause('sealed', { reason: 'sealed on its way' })
    await signal({ workflowId } as Subject, 'resume', '--input', '{"reason": "typed by hand"}')
    const handle = system.temporal.workflow.getHandle(workflowId)
    const state = async () => (await system.client.reminders.show('sealed')).state
    await eventually(async () => expect(await state()).toBe('scheduled'))
    expect(await handle.query('status')).toMatchObject({ state: 'scheduled' })

    const plain: string[] = []
    const opened: string[] = []
    await withPayloads(await handle.fetchHistory(), async ([payload = {}]) => {
      const [read = {}] = (await codec?.decode([payload])) ?? []
      const text = Buffer.from(read.data ?? []).toString()
      if (isSealedPayload(payload)) opened.push(text)
      else if (text !== '') plain.push(text)
      return [payload]
    })
    expect(plain).toEqual(['{"reason": "typed by hand"}'])
    const all = opened.join('\n')
    for (const said of ['"dedupeKey":"sealed"', 'sealed on its way', '"accountId":"office"'])
      expect(all).toContain(said)
  })

  test('of a run and of a session is sealed as a whole', async () => {
    const groups = await system.createGroups({ phone, groups: 2, members: 1 })
    await createReminder('sealed-run', { at: soon(), groups })
    await eventually(async () =>
      expect((await system.client.reminders.show('sealed-run')).state).toBe('completed'),
    )
    const runId = (await system.client.reminders.show('sealed-run')).runs[0]?.id ?? ''
    for (const workflowId of [runId, groupDeliveryWorkflowId(runId, 0), sessionWorkflowId('office')]) {
      const plain: Payload[] = []
      let sealed = 0
      const history = await system.temporal.workflow.getHandle(workflowId).fetchHistory()
      await withPayloads(history, async ([payload = {}]) => {
        if (isSealedPayload(payload)) sealed += 1
        else if ((payload.data ?? []).length > 0) plain.push(payload)
        return [payload]
      })
      expect({ workflowId, plain }).toEqual({ workflowId, plain: [] })
      expect(sealed).toBeGreaterThan(0)
    }
  })
})

describe('the codec server of the API', () => {
  let api: RunningApi | undefined
  let secret: string
  beforeAll(async () => {
    const config = parseConfig({
      TEMPORAL_ADDRESS: system.address,
      TEMPORAL_NAMESPACE: system.namespace,
      DATABASE_URL: system.databaseUrl,
      CARILLON_OPERATOR: system.operator,
      CARILLON_ENCRYPTION_KEY: testKey.toString('base64'),
      CARILLON_API_PORT: '0',
    })
    const settings = { ...config, temporalAddress: system.address, databaseUrl: system.databaseUrl }
    api = await serveApi(settings, createLogger('silent'))
    secret = (await createTokens(system).create({ name: 'engineer', role: 'owner' })).secret
  })
  afterAll(async () => await api?.close())
  const byCodec = () => ['--codec-endpoint', `${api?.url}/codec`, '--codec-auth', `Bearer ${secret}`]

  test('shows the command what Temporal keeps, and seals what it sends', async () => {
    const subject = await createReminder('codec', { at: soon(3_600_000) })
    const show = ['workflow', 'show', '--workflow-id', subject.workflowId, '--output', 'json']
    const readable = async (...options: string[]) => {
      const shown = await temporal(...show, ...options)
      return shown.replaceAll(/"data": "([^"]*)"/g, (_, data: string) =>
        Buffer.from(data, 'base64').toString(),
      )
    }
    expect(await readable()).not.toContain('"dedupeKey":"codec"')
    expect(await readable(...byCodec())).toContain('"dedupeKey":"codec"')

    await signal(subject, 'pause', '--input', '{"reason": "sealed by the command"}', ...byCodec())
    await becomes(subject, 'paused')
    expect(await subject.reason()).toBe('paused by operator: sealed by the command')
    expect(await readable()).not.toContain('sealed by the command')
    const query = ['workflow', 'query', '--workflow-id', subject.workflowId, '--name', 'status']
    expect(await temporal(...query, ...byCodec())).toContain('"paused"')
  })
})

async function createReminder(key: string, options: { at: string; groups?: TestGroup[] }): Promise<Subject> {
  const groups = options.groups ?? (await system.createGroups({ phone, groups: 1, members: 1 }))
  await system.client.reminders.create({
    key,
    account: 'office',
    to: groups.map(({ jid }) => jid),
    parts: [{ text: 'one' }, { text: 'two' }],
    at: options.at,
    zone: 'UTC',
    groupConcurrency: 1,
  })
  const view = () => system.client.reminders.show(key)
  return {
    workflowId: reminderWorkflowId(system.operator, key),
    state: async () => (await view()).state,
    reason: async () => (await view()).reason,
  }
}
