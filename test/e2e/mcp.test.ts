import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serveApi, type RunningApi } from '../../src/api/serve.js'
import { parseConfig } from '../../src/config.js'
import { createLogger } from '../../src/logging.js'
import { insertOperator } from '../../src/store/operators/operators.js'
import { scopes } from '../../src/client/operators/scopes.js'
import {
  assistantAt,
  assistantOnStdio,
  stdioEnvironment,
  type Assistant,
  type Era,
} from '../support/assistant.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

const phone = '15550008801'
const zone = 'Africa/Nairobi'
const secretText = 'The bus leaves at 8.'
let system: System
let apis: RunningApi[]
let jids: string[]
const tokens: Record<'editor' | 'viewer' | 'foreign' | 'desk', string> = {
  editor: '',
  viewer: '',
  foreign: '',
  desk: '',
}

beforeAll(async () => {
  system = await startSystem()
  const { client, database, temporal } = system
  await system.pairAccount({ id: 'office', phone })
  await client.accounts.add({ id: 'canteen' })
  const groups = await system.createGroups({ phone, groups: 3, members: 2 })
  jids = groups.map(({ jid }) => jid)
  await eventually(async () => expect(await client.groups.list('office')).toHaveLength(3))
  apis = await Promise.all([serve(), serve()])
  const role = { editor: 'editor', viewer: 'viewer' } as const
  for (const name of ['editor', 'viewer'] as const)
    tokens[name] = (await client.tokens.create({ name, role: role[name] })).secret
  tokens.desk = (await client.tokens.create({ name: 'desk', role: 'editor', accounts: ['canteen'] })).secret
  await insertOperator(database, { id: 'acme', actor: 'test' })
  const acme = scopes({ temporal, database })({ operatorId: 'acme', name: 'ci', role: 'owner' })
  tokens.foreign = (await acme.tokens.create({ name: 'editor', role: 'editor' })).secret
})
afterAll(async () => {
  for (const api of apis) await api.close()
  await system.close()
})

async function serve(): Promise<RunningApi> {
  const config = parseConfig({
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_API_PORT: '0',
    CARILLON_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
  })
  const addresses = { temporalAddress: system.address, databaseUrl: system.databaseUrl }
  const api = await serveApi({ ...config, ...addresses }, createLogger('silent'))
  if (!api) throw new Error('it does not listen')
  return api
}

const overHttp = async (token: keyof typeof tokens, era?: Era) =>
  await assistantAt(
    apis.map(({ url }) => url),
    { token: tokens[token], ...(era && { era }) },
  )

const ways: [string, () => Promise<Assistant>][] = [
  ['by `carillon mcp`', async () => await assistantOnStdio(stdioEnvironment(system))],
  [
    'by `carillon mcp`, with the handshake of before',
    async () => await assistantOnStdio(stdioEnvironment(system), { era: 'legacy' }),
  ],
  [
    'by `carillon mcp`, which goes through the API',
    async () => await assistantOnStdio({ CARILLON_URL: apis[0]?.url ?? '', CARILLON_TOKEN: tokens.editor }),
  ],
  ['over HTTP, each request by another process', async () => await overHttp('editor')],
  [
    'over HTTP by two processes, with the handshake of before',
    async () => await overHttp('editor', 'legacy'),
  ],
]

describe.each(ways)('an assistant %s', (way, connect) => {
  let assistant: Assistant
  const key = `assembly-${way.length}`
  const cron = { to: 'Class 2', text: secretText, cron: '0 8 * * MON', zone }
  beforeAll(async () => {
    assistant = await connect()
  })
  afterAll(async () => await assistant.close())

  test('finds accounts and groups', async () => {
    const accounts = await assistant.call('list_accounts')
    expect(accounts.text).toContain('office: connected, 3 groups')
    expect(accounts.told).toMatchObject({ accounts: [{ id: 'canteen' }, { id: 'office' }] })
    const groups = await assistant.call('search_groups', { account: 'office', search: 'CLASS 3' })
    expect(groups.told).toMatchObject({ found: 1, groups: [{ subject: 'Class 3' }] })
    expect(groups.text).toContain('Class 3: 3 members, ')
  })

  test('previews a reminder, creates what it previewed, and nothing else', async () => {
    const fields = { ...cron, account: 'office', key }
    const preview = await assistant.call('preview_reminder', { ...fields, next: 2 })
    expect(preview.text).toContain(`Reminder   ${key} (new)`)
    expect(preview.text).toContain('To 1 recipient now')
    expect(preview.text).toContain(secretText)
    expect(preview.told).toMatchObject({
      key,
      audience: { recipients: [{ name: 'Class 2' }] },
      occurrences: [{}, {}],
      delivery: { sends: 1 },
    })
    const { contentKey } = preview.told as { contentKey: string }

    // What the person was shown is not what would be sent.
    for (const other of [
      { text: 'At 9.' },
      { to: ['Class 2', 'Class 3'] },
      { cron: '0 9 * * MON' },
      { zone: 'UTC' },
    ]) {
      const refused = await assistant.call('create_reminder', { ...fields, ...other, contentKey })
      expect(refused).toMatchObject({ isError: true, told: { issues: [{ field: 'contentKey' }] } })
      expect(JSON.stringify(refused)).not.toContain('At 9.')
    }
    expect(await assistant.call('show_reminder', { key })).toMatchObject({
      isError: true,
      told: { code: 'not_found' },
    })

    const created = await assistant.call('create_reminder', { ...fields, contentKey })
    expect(created.told).toMatchObject({ kind: 'created', key, state: 'scheduled' })
    expect(created.text).toContain('every Monday at 08:00 (Africa/Nairobi)')
    const again = await assistant.call('create_reminder', { ...fields, contentKey })
    expect(again.told).toMatchObject({ kind: 'exists', key })
    expect(again.text).toContain('There is already (scheduled)')
  })

  test('is told of all that is wrong with what it gives, by field, and nothing is stored', async () => {
    const wrong = { to: 'Clas 2', text: secretText, at: 'yesterdayish', priorty: 1, priority: 12 }
    const answer = await assistant.call('preview_reminder', { ...wrong, account: 'office' })
    const { issues, code } = answer.told as { issues: { field: string; expected: string }[]; code: string }
    expect(code).toBe('invalid')
    expect(issues.map(({ field }) => field).toSorted()).toEqual(['at', 'priority', 'priorty', 'to[0]'])
    expect(answer.text).toContain("unknown field; did you mean 'priority'?")
    expect(answer.text).not.toContain(secretText)
  })

  test('lists and shows it, pauses it until a time, resumes and snoozes it', async () => {
    const list = await assistant.call('list_reminders', { state: ['scheduled'] })
    expect(list.text).toContain(key)
    expect(list.told).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ key })]) })
    const shown = await assistant.call('show_reminder', { key })
    expect(shown.text).toContain('every Monday at 08:00')
    const { nextFire } = shown.told as { nextFire: string }

    const paused = await assistant.call('pause_reminder', { key, until: '2035-01-01 08:00', reason: 'rain' })
    expect(paused.text).toContain(`Reminder '${key}' is paused until Mon 1 Jan 2035 at 08:00`)
    expect(paused.told).toMatchObject({ confirmed: true, state: { state: 'paused' } })
    const twice = await assistant.call('pause_reminder', { key, until: '2035-01-01 08:00' })
    expect(twice.told).toMatchObject({ already: true })
    expect((await assistant.call('resume_reminder', { key })).told).toMatchObject({
      confirmed: true,
      state: { state: 'scheduled' },
    })
    const snoozed = await assistant.call('snooze_reminder', { key, by: '30m' })
    const halfPast = new Date(Date.parse(nextFire) + 1_800_000).toISOString()
    expect(Date.parse(String(snoozed.told['occurrence']))).toBe(Date.parse(nextFire))
    expect(Date.parse(String(snoozed.told['nextFire']))).toBe(Date.parse(halfPast))
    expect(snoozed.text).toContain(halfPast)
  })

  test('skips the occurrence that it names, once', async () => {
    const { told } = await assistant.call('show_reminder', { key })
    const { snoozedFrom: occurrence } = told as { snoozedFrom: string }
    const day = occurrence.slice(0, 10)
    const due = await assistant.call('list_occurrences', { from: day, to: day, key })
    expect(due.told).toMatchObject({ items: [{ key, state: 'scheduled' }] })
    expect(new Date(String((due.told['items'] as { occurrence: string }[])[0]?.occurrence))).toEqual(
      new Date(occurrence),
    )
    expect(due.text).toContain(key)
    const found = await assistant.call('list_reminders', { search: key })
    expect(found.told).toMatchObject({ items: [{ key }] })
    expect(await assistant.call('skip_occurrence', { key })).toMatchObject({
      isError: true,
      told: { issues: [{ field: 'occurrence' }] },
    })
    const skipped = await assistant.call('skip_occurrence', { key, occurrence })
    expect(skipped.told).toMatchObject({ kind: 'skipped' })
    expect(Date.parse(String(skipped.told['occurrence']))).toBe(Date.parse(occurrence))
    expect((await assistant.call('skip_occurrence', { key, occurrence })).told).toMatchObject({
      kind: 'already',
    })
  })

  test('edits it as it was previewed, while nobody else has', async () => {
    const changes = { key, cron: '0 9 * * MON' }
    const preview = await assistant.call('preview_change', changes)
    expect(preview.text).toContain('scheduled, with changes')
    const { contentKey } = preview.told as { contentKey: string }
    // Somebody else edits it meanwhile.
    await system.client.reminders.edit(key, { text: 'The bus leaves at 7.' })
    const late = await assistant.call('edit_reminder', { ...changes, contentKey })
    expect(late).toMatchObject({ isError: true, told: { issues: [{ field: 'contentKey' }] } })
    const anew = await assistant.call('preview_change', changes)
    const edited = await assistant.call('edit_reminder', {
      ...changes,
      contentKey: (anew.told as { contentKey: string }).contentKey,
      reason: 'the bus is late',
    })
    expect(edited.text).toContain(
      'schedule: every Monday at 08:00 (Africa/Nairobi) → every Monday at 09:00 (Africa/Nairobi)',
    )
    expect(edited.told).toMatchObject({ kind: 'edited' })
  })

  test('cancels and deletes by the exact key alone', async () => {
    for (const name of ['cancel_reminder', 'delete_reminder']) {
      for (const given of [{}, { key: key.slice(0, -1) }, { key: '' }, { key: '%' }, { search: key }])
        expect((await assistant.call(name, given)).isError).toBe(true)
    }
    const canceled = await assistant.call('cancel_reminder', { key, reason: 'the end of the term' })
    expect(canceled.text).toBe(`Reminder '${key}' is canceled.`)
    const deleted = await assistant.call('delete_reminder', { key })
    expect(deleted.text).toBe(`Reminder '${key}' is canceled and deleted.`)
    const { told } = await assistant.call('list_reminders', {})
    expect(JSON.stringify(told)).not.toContain(key)
    expect(await assistant.call('resume_reminder', { key })).toMatchObject({
      isError: true,
      told: { code: 'ended' },
    })
  })

  test("reads a run's progress to its end, and pauses, resumes and cancels one", async () => {
    const sent = `${key}-now`
    const fields = { account: 'office', key: sent, to: jids, text: secretText, zone }
    const soon = await assistant.call('preview_reminder', { ...fields, at: 'in 2 seconds' })
    const { contentKey, occurrences } = soon.told as { contentKey: string; occurrences: { at: string }[] }
    const at = occurrences[0]?.at ?? ''
    // The words mean another time by now; the instant is what the person agreed to.
    expect((await assistant.call('create_reminder', { ...fields, at, contentKey })).told).toMatchObject({
      kind: 'created',
    })
    const run = await eventually(async () => {
      const { told } = await assistant.call('list_runs', { reminder: sent })
      const [latest] = (told as { items: { id: string }[] }).items
      if (latest === undefined) throw new Error('it has not begun')
      return latest.id
    })
    const done = await eventually(async () => {
      const progress = await assistant.call('run_progress', { run })
      expect(progress.told).toMatchObject({ run: { state: 'completed' }, targets: { delivered: 3 } })
      return progress
    })
    expect(done.text).toContain('3 of 3 delivered')
    expect((await assistant.call('show_run', { run })).text).toContain('Class 2')

    const held = `${key}-held`
    await system.client.accounts.pauseSends('office')
    try {
      await system.client.reminders.create({ ...fields, key: held, at: new Date().toISOString() })
      const { told } = await eventually(async () => {
        const runs = await assistant.call('list_runs', { reminder: held })
        expect((runs.told as { items: object[] }).items).toHaveLength(1)
        return runs
      })
      const heldRun = (told as { items: { id: string }[] }).items[0]?.id ?? ''
      expect((await assistant.call('pause_run', { run: heldRun })).text).toContain('is paused.')
      expect((await assistant.call('resume_run', { run: heldRun })).isError).toBe(false)
      // The key of a reminder is no run, and its latest is not meant.
      expect((await assistant.call('cancel_run', { run: held })).told).toMatchObject({ code: 'not_found' })
      expect((await assistant.call('cancel_run', { run: heldRun })).text).toContain('is canceled.')
    } finally {
      await system.client.accounts.resumeSends('office')
    }
  })
})

describe('a token', () => {
  const key = 'of-the-school'
  let runId: string
  beforeAll(async () => {
    const input = { account: 'office', key, to: jids, text: secretText, at: '2035-01-01 08:00', zone }
    await system.client.reminders.create(input)
    runId = (await system.client.reminders.fire(key)).runId ?? ''
  })

  test('of a viewer shows reading tools alone, and changes nothing', async () => {
    const viewer = await overHttp('viewer')
    const { tools } = await viewer.client.listTools()
    expect(tools.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true)
    expect((await viewer.call('show_reminder', { key })).isError).toBe(false)
    for (const [name, given] of [
      ['pause_reminder', { key }],
      ['cancel_reminder', { key }],
      ['cancel_run', { run: runId }],
      ['create_reminder', { key: 'new' }],
    ] as const)
      expect(await viewer.call(name, given)).toMatchObject({ isError: true, told: { code: 'forbidden' } })
    expect((await system.client.reminders.show(key)).state).not.toBe('canceled')
    await viewer.close()
  })

  test('of another operator shows nothing of it: what is foreign is answered as what is not there', async () => {
    const foreign = await overHttp('foreign')
    for (const name of ['list_accounts', 'list_reminders', 'list_runs'])
      expect(JSON.stringify(await foreign.call(name))).not.toMatch(/of-the-school|office/)
    const told = async (name: string, field: string, value: string) => {
      const { requestId: _id, ...rest } = (await foreign.call(name, { [field]: value })).told
      return JSON.stringify(rest).replaceAll(value, '…')
    }
    for (const name of ['show_reminder', 'pause_reminder', 'cancel_reminder', 'delete_reminder'])
      expect(await told(name, 'key', key)).toBe(await told(name, 'key', 'there-is-none'))
    for (const name of ['run_progress', 'show_run', 'pause_run', 'cancel_run'])
      expect(await told(name, 'run', runId)).toBe(
        await told(name, 'run', 'run:school/none@2026-01-01T00:00:00Z'),
      )
    expect(await told('search_groups', 'account', 'office')).toBe(
      await told('search_groups', 'account', 'none'),
    )
    await foreign.close()
  })

  test('of a viewer changes nothing by `carillon mcp` either, which lists what there is', async () => {
    const viewer = await assistantOnStdio({ CARILLON_URL: apis[0]?.url ?? '', CARILLON_TOKEN: tokens.viewer })
    expect((await viewer.call('show_reminder', { key })).isError).toBe(false)
    const refused = await viewer.call('cancel_reminder', { key })
    expect(refused).toMatchObject({ isError: true, told: { code: 'forbidden' } })
    await viewer.close()
  })

  test('of some accounts shows nothing of the others', async () => {
    const desk = await overHttp('desk')
    expect((await desk.call('list_accounts')).told).toMatchObject({ accounts: [{ id: 'canteen' }] })
    expect((await desk.call('list_reminders')).told).toEqual({ items: [] })
    expect(await desk.call('cancel_reminder', { key })).toMatchObject({
      isError: true,
      told: { code: 'not_found' },
    })
    await desk.close()
  })
})
