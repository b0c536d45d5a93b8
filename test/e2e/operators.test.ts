import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needs } from '../../src/client/allowed.js'
import { createAuthentication } from '../../src/api/auth/authenticate.js'
import { scopes } from '../../src/client/operators/scopes.js'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { CarillonError } from '../../src/client/errors.js'
import type { Access, Role } from '../../src/domain/access.js'
import type { Database } from '../../src/store/database.js'
import { insertOperator } from '../../src/store/operators/operators.js'
import { acceptRow, addBotRow } from '../support/bots.js'
import { cliOf } from '../support/cli.js'
import { imageBytes } from '../support/images.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

const phone = '15550005501'
const far = '2035-01-01T09:00'
let system: System
let school: Things
let jid: string

/** What a call names. */
type Things = Record<'account' | 'key' | 'runId' | 'webhook' | 'event' | 'token' | 'bot' | 'media', string>

/** Of the same shape, and never there. */
const nothing: Things = {
  account: 'orchid',
  key: 'sports-bay',
  runId: 'run:school/sports-bay@2026-11-24T06:00:00.000Z',
  webhook: '00000000-0000-4000-8000-000000000000',
  event: '00000000-0000-4000-8000-000000000002',
  token: '00000000-0000-4000-8000-000000000001',
  bot: 'garden-gates',
  media: 'a'.repeat(64),
}

beforeAll(async () => {
  system = await startSystem()
  const { client, database } = system
  await system.pairAccount({ id: 'office', phone })
  await client.accounts.add({ id: 'canteen' })
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  jid = group?.jid ?? ''
  await client.accounts.pauseSends('office')
  await client.reminders.create({ ...draft('sports-day'), account: 'office' })
  const { runId } = await client.reminders.fire('sports-day')
  const owner = clientOf({ operatorId: 'school', name: 'setup', role: 'owner' })
  const { endpoint } = await owner.webhooks.add({ url: 'http://127.0.0.1:9/hook', types: ['run.failed'] })
  const { media } = await client.media.upload(await imageBytes({ red: 200 }))
  const { token } = await client.tokens.create({ name: 'ci', role: 'owner' })
  await addBotRow(database, { id: 'lobby-helper', operator: 'school' })
  await acceptRow(database, { bot: 'lobby-helper', updateId: 1, operator: 'school', chat: 1 })
  await database.query(`update telegram_update set state = 'dead', ended_at = now()`)
  school = {
    account: 'office',
    key: 'sports-day',
    runId: runId ?? '',
    webhook: endpoint.id,
    event: await lostEvent(endpoint.id),
    token: token.id,
    bot: 'lobby-helper',
    media,
  }
  await insertOperator(database, { id: 'acme', actor: 'test' })
  await clientOf({ operatorId: 'acme', name: 'ci', role: 'owner' }).accounts.add({ id: 'acme--desk' })
  // The run and the session come to rest.
  await eventually(async () => {
    const before = await possessions()
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    expect(await possessions()).toBe(before)
  })
})
afterAll(() => system.close())

/** One that its endpoint has taken. */
async function lostEvent(endpointId: string): Promise<string> {
  const eventId = randomUUID()
  await system.database.query(
    `with event as (insert into webhook_event (id, operator, type, data) values ($1, 'school', 'run.failed', '{}'))
     insert into webhook_delivery (event_id, endpoint_id, state, ended_at) values ($1, $2, 'delivered', now())`,
    [eventId, endpointId],
  )
  return eventId
}

const draft = (key: string) => ({ key, to: jid, text: 'Assembly!', at: far, zone: 'UTC' })

function clientOf(access: Access, database: Database = system.database): CarillonClient {
  return createCarillonClient({
    temporal: system.temporal,
    database,
    operator: access.operatorId,
    access,
  })
}

type Call = (client: CarillonClient, things: Things) => Promise<unknown>

/** The operator's own, whatever it names. */
const own: Call = async () => {}
const timeoutMs = 1_000

/** How each function of the client is asked for something. One that is missing does not compile. */
const calls: {
  [Part in Exclude<keyof CarillonClient, 'reconcile'>]: Record<keyof CarillonClient[Part], Call>
} & { reconcile: Call } = {
  accounts: {
    add: (client, { account }) => client.accounts.add({ id: account }),
    set: (client, { account }) => client.accounts.set(account, { ratePerMinute: 1 }),
    list: (client) => client.accounts.list(),
    show: (client, { account }) => client.accounts.show(account),
    pair: (client, { account }) => client.accounts.pair({ id: account, method: 'qr', timeoutMs }),
    pairing: (client, { account }) => client.accounts.pairing(account),
    startPairing: (client, { account }) => client.accounts.startPairing({ id: account, method: 'qr' }),
    unlink: (client, { account }) => client.accounts.unlink(account, { timeoutMs }),
    remove: (client, { account }) => client.accounts.remove(account, { timeoutMs, force: true }),
    previewRemoval: (client, { account }) => client.accounts.previewRemoval(account),
    pauseSends: (client, { account }) => client.accounts.pauseSends(account, { timeoutMs }),
    resumeSends: (client, { account }) => client.accounts.resumeSends(account, { timeoutMs }),
  },
  groups: {
    list: (client, { account }) => client.groups.list(account),
    read: (client, { account }) => client.groups.read(account),
    refresh: (client, { account }) => client.groups.refresh(account),
  },
  reminders: {
    create: (client, { account }) => client.reminders.create({ ...draft('new'), account }),
    createMany: (client, { account }) => client.reminders.createMany([{ ...draft('new'), account }]),
    preview: (client, { key }) => client.reminders.preview({ text: 'x' }, { key }),
    previewMany: (client, { account }) => client.reminders.previewMany([{ ...draft('new'), account }]),
    list: (client) => client.reminders.list(),
    show: (client, { key }) => client.reminders.show(key),
    upcoming: (client, { key }) => client.reminders.upcoming(key),
    occurrences: (client, { key }) =>
      client.reminders.occurrences({ from: '2026-11-01', to: '2026-12-31', key }),
    history: (client, { key }) => client.reminders.history(key),
    edit: (client, { key }) => client.reminders.edit(key, { text: 'x' }, { timeoutMs }),
    snooze: (client, { key }) => client.reminders.snooze(key, { by: '1h', timeoutMs }),
    skip: (client, { key }) => client.reminders.skip(key, { timeoutMs }),
    pause: (client, { key }) => client.reminders.pause(key, { timeoutMs }),
    resume: (client, { key }) => client.reminders.resume(key, { timeoutMs }),
    cancel: (client, { key }) => client.reminders.cancel(key, { timeoutMs }),
    delete: (client, { key }) => client.reminders.delete(key, { timeoutMs }),
    fire: (client, { key }) => client.reminders.fire(key, { timeoutMs }),
    clone: (client, { key }) => client.reminders.clone(key, { key: 'cloned' }, { timeoutMs }),
  },
  runs: {
    list: (client, { key }) => client.runs.list({ key }),
    show: (client, { runId }) => client.runs.show(runId),
    targets: (client, { runId }) => client.runs.targets(runId),
    sends: (client, { runId }) => client.runs.sends(runId),
    progress: (client, { runId }) => client.runs.progress(runId),
    receipt: (client, { runId }) => client.runs.receipt(runId),
    sentPerHour: (client, { account }) => client.runs.sentPerHour({ account }),
    watch: (client, { runId }) => client.runs.watch(runId).next(),
    pause: (client, { runId }) => client.runs.pause(runId, { timeoutMs }),
    resume: (client, { runId }) => client.runs.resume(runId, { timeoutMs }),
    cancel: (client, { runId }) => client.runs.cancel(runId, { timeoutMs }),
    retryFailed: (client, { runId }) => client.runs.retryFailed(runId, { timeoutMs }),
  },
  media: { upload: own, read: (client, { media }) => client.media.read(media) },
  webhooks: {
    add: own,
    list: (client) => client.webhooks.list(),
    remove: (client, { webhook }) => client.webhooks.remove(webhook),
    enable: (client, { webhook }) => client.webhooks.enable(webhook),
    test: (client, { webhook }) => client.webhooks.test(webhook, { timeoutMs }),
    deliveries: (client, { webhook }) => client.webhooks.deliveries({ endpointId: webhook }),
    redeliver: (client, { webhook, event }) =>
      client.webhooks.redeliver({ endpointId: webhook, eventId: event }, { timeoutMs }),
  },
  bots: {
    // It asks Telegram, which is not here.
    add: own,
    list: (client) => client.bots.list(),
    remove: (client, { bot }) => client.bots.remove(bot),
    link: (client, { bot }) => client.bots.link(bot, { name: 'new', role: 'viewer' }),
    unlink: (client, { bot }) => client.bots.unlink(bot, 'anna'),
  },
  inbox: {
    list: (client, { bot }) => client.inbox.list({ bot }),
    show: (client, { bot }) => client.inbox.show({ bot, updateId: 1 }),
    redrive: (client, { bot }) => client.inbox.redrive({ bot, updateId: 1 }),
    redriveAll: (client, { bot }) => client.inbox.redriveAll({ bot }),
  },
  tokens: {
    create: (client, { account }) =>
      client.tokens.create({ name: 'new', role: 'viewer', accounts: [account] }),
    list: (client) => client.tokens.list(),
    revoke: (client, { token }) => client.tokens.revoke(token),
  },
  audit: {
    list: (client) => client.audit.list(),
    chain: async (client) => ({ ...(await client.audit.chain()), operator: undefined }),
    receipts: (client) => client.audit.receipts({ after: 0 }),
    verify: (client) => client.audit.verify(),
  },
  reconcile: (client) => client.reconcile(),
}

type Named = { name: string; call: Call; needed: typeof needs.reconcile }

const all: Named[] = Object.entries(calls).flatMap(([part, functions]): Named[] =>
  typeof functions === 'function'
    ? [{ name: part, call: functions, needed: needs.reconcile }]
    : Object.entries(functions).map(([name, call]: [string, Call]) => ({
        name: `${part}.${name}`,
        call,
        needed: (needs[part as 'audit'] as Record<string, typeof needs.reconcile>)[name] ?? 'owner',
      })),
)

/** The answer, with what was named left out, and the statements that it took. */
async function outcome(access: Access, call: Call, things: Things) {
  const statements: string[] = []
  const watched = new Proxy(system.database, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...values: unknown[]): unknown => {
        if (name === 'query') statements.push(textOf(values[0]))
        return Reflect.apply(member, target, values)
      }
    },
  })
  const answer = await call(clientOf(access, watched), things).then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof CarillonError)) throw error
      return { name: error.name, code: error.code, message: error.message }
    },
  )
  return { answer: withoutNames(JSON.stringify(answer), things), statements }
}

function textOf(asked: unknown): string {
  return typeof asked === 'string' ? asked : (asked as { text: string }).text
}

function withoutNames(text: string, things: Things): string {
  // The longest first: the id of a run has the key in it.
  return Object.entries(things)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((left, [what, name]) => left.replaceAll(name, `<${what}>`), text)
}

/** All that the operator has, but for what comes and goes by itself. */
async function possessions(): Promise<string> {
  const { rows } = await system.database.query<{ all: string }>(
    `select json_build_object(
       'accounts', (select json_agg(json_build_object('id', id, 'paused', paused_reason, 'rate', rate_per_minute,
                      'state', state) order by id) from account where operator = 'school'),
       'reminders', (select json_agg(r order by dedupe_key) from reminder r where operator = 'school'),
       'runs', (select json_agg(r order by id) from run r where operator = 'school'),
       'unlinking', (select json_agg(u) from unlinking u),
       'webhooks', (select json_agg(w order by id) from webhook_endpoint w where operator = 'school'),
       'deliveries', (select json_agg(d order by event_id) from webhook_delivery d),
       'tokens', (select json_agg(t order by id) from token t where operator = 'school'),
       'bots', (select json_agg(b order by id) from bot b where operator = 'school'),
       'updates', (select json_agg(u) from telegram_update u),
       'audit', (select count(*) from audit where operator = 'school'))::text as all`,
  )
  return rows[0]?.all ?? ''
}

test('every function of the client is walked, and has its role', async () => {
  const functions = Object.entries(system.client).flatMap(([part, value]) =>
    typeof value === 'function' ? [part] : Object.keys(value).map((name) => `${part}.${name}`),
  )
  expect(all.map(({ name }) => name).toSorted()).toEqual(functions.toSorted())
  const named = Object.entries(needs).flatMap(([part, table]) =>
    part === 'reconcile' ? [part] : Object.keys(table).map((name) => `${part}.${name}`),
  )
  expect(named.toSorted()).toEqual(functions.toSorted())
})

describe('another operator', () => {
  const acme: Access = { operatorId: 'acme', name: 'ci', role: 'owner' }

  test.each(all)('hears of what is there just what it hears of what is not: $name', async ({ call }) => {
    const before = await possessions()
    const foreign = await outcome(acme, call, school)
    const missing = await outcome(acme, call, nothing)
    expect(foreign).toEqual(missing)
    for (const name of ['office', 'canteen', 'sports-day', 'school'])
      expect(foreign.answer).not.toContain(name)
    expect(await possessions()).toBe(before)
  })

  test('has the same key for a reminder of its own', async () => {
    const client = clientOf(acme)
    const created = await client.reminders.create({
      ...draft('sports-day'),
      account: 'acme--desk',
      to: '+15550005599',
    })
    expect(created.kind).toBe('created')
    expect((await client.reminders.show('sports-day')).accountId).toBe('acme--desk')
    expect((await system.client.reminders.show('sports-day')).accountId).toBe('office')
    await client.reminders.pause('sports-day')
    expect((await system.client.reminders.show('sports-day')).state).not.toBe('paused')
    const { items } = await client.reminders.list()
    expect(items.map(({ key }) => key)).toEqual(['sports-day'])
  })

  test('gives its accounts ids that no other can have', async () => {
    const client = clientOf(acme)
    for (const id of ['office', 'orchid', 'school--office', 'acme--', 'acme--a--b', 'acme'])
      await expect(client.accounts.add({ id }), id).rejects.toMatchObject({ code: 'invalid' })
    await expect(client.accounts.add({ id: 'acme--desk' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(system.client.accounts.add({ id: 'acme--desk' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(system.client.accounts.add({ id: 'acme--new' })).rejects.toMatchObject({ code: 'invalid' })
  })

  test('is told of its own by a reconcile', async () => {
    const report = await eventually(async () => {
      const found = await clientOf(acme).reconcile({ dryRun: true })
      expect(found.kind).toBe('done')
      return found
    })
    // Its reminder alone: its account is not linked.
    expect(report).toMatchObject({ checked: 1 })
  })
})

describe('a token for some accounts', () => {
  const access: Access = { operatorId: 'school', name: 'kitchen', role: 'owner', accounts: ['canteen'] }

  test.each(all)('hears of another account what it hears of none: $name', async ({ call }) => {
    const before = await possessions()
    const hidden = await outcome(access, call, school)
    expect(hidden).toEqual(await outcome(access, call, nothing))
    for (const name of ['office', 'sports-day']) expect(hidden.answer).not.toContain(name)
    expect(await possessions()).toBe(before)
  })

  test('does with its own account what its role may, and sees no other in a list', async () => {
    const client = clientOf(access)
    await client.accounts.set('canteen', { ratePerMinute: 7 })
    await client.reminders.create({ ...draft('lunch'), account: 'canteen', to: '+15550005598' })
    await client.reminders.create({ ...draft('dinner'), account: 'canteen', to: '+15550005598' })
    expect((await client.accounts.list()).map(({ id }) => id)).toEqual(['canteen'])
    const first = await client.reminders.list({ limit: 1 })
    const second = await client.reminders.list({ limit: 1, ...(first.next && { cursor: first.next }) })
    expect([...first.items, ...second.items].map(({ key }) => key)).toEqual(['dinner', 'lunch'])
    expect(second.next).toBeUndefined()
    expect((await client.reminders.list({ states: ['completed'] })).items).toEqual([])
    expect((await client.runs.list()).items).toEqual([])
    const { runId } = await client.reminders.fire('lunch')
    await eventually(async () =>
      expect((await client.runs.list()).items.map(({ id }) => id)).toEqual([runId]),
    )
    expect((await client.runs.list({ states: ['completed'] })).items).toEqual([])
    expect((await client.runs.list({ key: 'lunch' })).items).toHaveLength(1)
    expect((await client.runs.list({ key: 'sports-day' })).items).toEqual([])
  })

  test('is told that a key is taken, and not by what', async () => {
    const client = clientOf(access)
    const input = { ...draft('sports-day'), account: 'canteen', to: '+15550005598', text: 'Lunch' }
    const message =
      "The key 'sports-day' belongs to a reminder of an account that this token is not for. Use another key."
    for (const ask of [
      () => client.reminders.create(input),
      () => client.reminders.createMany([input]),
      () => client.reminders.preview(input),
      () => client.reminders.previewMany([input]),
      () => client.reminders.clone('lunch', { key: 'sports-day' }),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'conflict', message })
  })

  test('takes no reminder to another account', async () => {
    const client = clientOf(access)
    await expect(client.reminders.edit('lunch', { account: 'office' })).rejects.toMatchObject({
      code: 'invalid',
    })
  })
})

describe('a role', () => {
  const rank: Role[] = ['viewer', 'editor', 'owner']
  const roleOf = ({ needed }: Named) => (typeof needed === 'string' ? needed : needed.role)
  const tooHigh = rank.flatMap((role) =>
    all
      .filter((one) => rank.indexOf(roleOf(one)) > rank.indexOf(role) && one.call !== own)
      .map((one) => ({ role, ...one })),
  )

  test.each(tooHigh)(
    'of $role may not $name, and it is said before anything is looked at',
    async ({ role, call }) => {
      const before = await possessions()
      const access: Access = { operatorId: 'school', name: 'low', role }
      const refused = await outcome(access, call, school)
      expect(refused).toEqual(await outcome(access, call, nothing))
      expect(JSON.parse(refused.answer)).toMatchObject({ code: 'forbidden' })
      expect(refused.statements).toEqual([])
      expect(await possessions()).toBe(before)
    },
  )

  test('of viewer sees what there is', async () => {
    const client = clientOf({ operatorId: 'school', name: 'low', role: 'viewer' })
    expect((await client.accounts.list()).map(({ id }) => id)).toEqual(['canteen', 'office'])
    expect((await client.reminders.show('sports-day')).key).toBe('sports-day')
    expect((await client.runs.show(school.runId)).progress.run.id).toBe(school.runId)
  })
})

test('the audit says which token asked, and of which operator', async () => {
  const client = clientOf({ operatorId: 'school', name: 'ci', role: 'editor' })
  await client.reminders.pause('sports-day', { reason: 'rain' })
  const { items } = await system.client.reminders.history('sports-day')
  expect(items[0]).toMatchObject({ kind: 'request', action: 'pause', by: 'school/ci', reason: 'rain' })
  const audit = await client.audit.list({ limit: 1 })
  expect(audit.items[0]).toMatchObject({
    subject: 'reminder:school/sports-day',
    action: 'pause',
    by: 'school/ci',
    reason: 'rain',
  })
  const seen: number[] = []
  for (let cursor = audit.next; cursor !== undefined;) {
    const page = await client.audit.list({ limit: 2, cursor })
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.next
  }
  expect(seen).toEqual(seen.toSorted((a, b) => b - a))
  await expect(
    client.audit.list({ cursor: Buffer.from('["x"]').toString('base64url') }),
  ).rejects.toMatchObject({
    code: 'invalid',
  })
})

describe('the command', () => {
  test('adds operators, and lists them with what they have', async () => {
    const added = await cliOf(system, ['operator', 'add', 'bakery'])
    expect(added).toMatchObject({ exitCode: 0, stderr: '' })
    expect(added.stdout).toContain('CARILLON_OPERATOR=bakery carillon token create owner --role owner')
    expect((await cliOf(system, ['operator', 'add', 'bakery'])).exitCode).toBe(4)
    for (const id of ['Bakery', '-bakery', 'bakery-', 'a--b', 'x'.repeat(21)])
      expect((await cliOf(system, ['operator', 'add', '--', id])).exitCode, id).toBe(2)
    const { stdout } = await cliOf(system, ['operator', 'list'])
    expect(stdout).toMatch(/OPERATOR +ACCOUNTS +TOKENS +ADDED/)
    const { operators } = JSON.parse((await cliOf(system, ['operator', 'list', '--json'])).stdout) as {
      operators: { id: string; accounts: number; tokens: number }[]
    }
    expect(operators.map(({ id }) => id)).toEqual(['acme', 'bakery', 'local', 'school'])
    expect(operators.find(({ id }) => id === 'school')).toMatchObject({ accounts: 2, tokens: 1 })
  })

  test('makes a token that is shown once, lists it without, and revokes it', async () => {
    const create = [
      'token',
      'create',
      'deploy',
      '--role',
      'editor',
      '--expires',
      '90d',
      '--account',
      'canteen',
    ]
    const { secret, token } = JSON.parse((await cliOf(system, [...create, '--json'])).stdout) as {
      secret: string
      token: { id: string }
    }
    const { authenticate } = createAuthentication({ database: system.database })
    const asked = async () =>
      await authenticate(new Request('http://localhost', { headers: { authorization: `Bearer ${secret}` } }))
    expect(await asked()).toEqual({
      operatorId: 'school',
      tokenId: token.id,
      name: 'deploy',
      role: 'editor',
      accounts: ['canteen'],
    })
    const listed = await cliOf(system, ['token', 'list'])
    expect(listed.stdout).toMatch(/deploy +valid +editor +canteen +in 90 d/)
    expect(listed.stdout).not.toContain(secret.slice(-40))
    const repeated = await cliOf(system, create)
    expect(repeated).toMatchObject({ exitCode: 4, stdout: '' })
    expect((await cliOf(system, ['token', 'revoke', 'deploy', '--reason', 'lost'])).stdout).toBe(
      'Token deploy is revoked.',
    )
    expect(await asked()).toBeUndefined()
    expect((await cliOf(system, ['token', 'revoke', 'deploy'])).exitCode).toBe(3)
    expect((await cliOf(system, ['token', 'revoke', token.id])).stdout).toBe(
      'Token deploy is revoked already.',
    )
    const audit = await cliOf(system, ['audit', '--limit', '2'])
    expect(audit.stdout).toMatch(/school +cli +revokeToken +token:[0-9a-f-]{36} +lost\n/)
    expect(audit.stdout).toMatch(/More: --cursor/)
  })

  test('says what is wrong with a token before it makes one', async () => {
    for (const [args, what] of [
      [['Anna', '--role', 'editor'], 'name: expected a–z'],
      [['x', '--role', 'admin'], 'role: expected one of calendar, viewer, editor, owner'],
      [['x', '--role', 'editor', '--account', 'ofice'], "did you mean 'office'?"],
      [['x'], '--role'],
    ] as const) {
      const { exitCode, stderr } = await cliOf(system, ['token', 'create', ...args])
      expect(exitCode, what).toBe(2)
      expect(stderr).toContain(what)
    }
  })
})

test('the client of an access is kept, and another for each other access', () => {
  const forOperator = scopes({ temporal: system.temporal, database: system.database })
  const access: Access = { operatorId: 'school', name: 'ci', role: 'editor' }
  expect(forOperator({ ...access })).toBe(forOperator(access))
  for (const other of [
    { ...access, role: 'viewer' as const },
    { ...access, accounts: ['canteen'] },
    { ...access, operatorId: 'acme' },
  ])
    expect(forOperator(other)).not.toBe(forOperator(access))
})
