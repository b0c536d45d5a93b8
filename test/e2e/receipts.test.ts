import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram } from '../../simulator/telegram/telegram.js'
import { needs } from '../../src/client/allowed.js'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { reminderWorkflowId } from '../../src/domain/ids.js'
import type { UpdateKey } from '../../src/domain/telegram.js'
import { pauseSignal } from '../../src/protocol/messages.js'
import { readEntry, type ActionEntry, type ChainEntry } from '../../src/receipts/entry.js'
import { scheduleId } from '../../src/schedules.js'
import { storedChain } from '../../src/store/receipts/chain.js'
import { apiOf, type Send } from '../support/api.js'
import { acceptRow } from '../support/bots.js'
import { cliOf } from '../support/cli.js'
import { runDocumentedScript } from '../support/documented-chain-verifier.js'
import { eventually } from '../support/eventually.js'
import { ledgerOf, remind, runEnded } from '../support/reminding.js'
import { unpauseAndRun } from '../support/schedules.js'
import { startSystem, type System, type TestGroup } from '../support/system.js'

const account = 'office'
const phone = '15550009101'
const texts = ['The museum opens at ten', 'Bring your library card']
let system: System
let send: Send
let groups: TestGroup[]
let folder: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-receipts-'))
  system = await startSystem()
  ;({ send } = apiOf(system))
  await system.pairAccount({ id: account, phone })
  groups = await system.createGroups({ phone, groups: 2, members: 2 })
})
afterAll(async () => {
  await system.close()
  rmSync(folder, { recursive: true })
})

/** Now, and not in a minute. */
async function writeReceipts(): Promise<void> {
  await system.temporal.schedule.getHandle(scheduleId('receipts')).trigger()
}

async function entries(): Promise<ChainEntry[]> {
  const rows = await storedChain(system.database, system.operator).rows(0)
  return rows.flatMap(({ body }) => readEntry(body) ?? [])
}

const path = (runId: string) => `/v1/runs/${encodeURIComponent(runId)}/audit`

test('a run that has ended gets its receipt by the job: 202 until then, and 200 from then on', async () => {
  await system.temporal.schedule.getHandle(scheduleId('receipts')).pause()
  const reminded = await remind(system, { key: 'museum', account, groups, texts })
  expect(await runEnded(system, reminded)).toBe('completed')
  const early = await send('GET', path(reminded.runId))
  expect(early).toMatchObject({ status: 202, body: { kind: 'pending', hasEnded: true } })
  expect(Number(early.headers.get('retry-after'))).toBeGreaterThan(0)
  // While nobody writes them, the doctor says so.
  expect((await cliOf(system, ['doctor'])).stdout).toMatch(
    /✖ Receipts +\d+ rows in the chain; \d+ to be written; the schedule that writes them .* is paused/,
  )
  await system.database.query(`update run set finished_at = now() - interval '11 minutes' where id = $1`, [
    reminded.runId,
  ])
  expect((await cliOf(system, ['doctor'])).stdout).toMatch(/✖ Receipts .* the oldest since 11 min/)
  const asked = await cliOf(system, ['run', 'receipt', 'museum'])
  expect(asked.stdout).toContain('not written yet')

  await unpauseAndRun(system.temporal, 'receipts')
  const written = await eventually(async () => {
    const answer = await send('GET', path(reminded.runId))
    expect(answer.status).toBe(200)
    return answer
  })
  const ledger = await ledgerOf(system, reminded)
  const sends = groups.map(({ jid }) =>
    ledger.filter((row) => row.jid === jid).map(({ messageId: id }) => ({ id, state: 'acked' })),
  )
  expect(written.body).toMatchObject({
    kind: 'written',
    receipt: {
      entry: {
        run: reminded.runId,
        reminder: 'museum',
        revision: 0,
        account,
        state: 'completed',
        targets: sends.map((those) => ({ state: 'delivered', sends: those })),
      },
    },
  })
  const personal = [...texts, ...groups.flatMap(({ jid, members }) => [jid, ...members]), phone]
  for (const word of personal) expect(written.text).not.toContain(word)
  expect((await cliOf(system, ['doctor'])).stdout).toMatch(
    /✔ Receipts +\d+ rows in the chain; none is missing/,
  )
  const shown = await cliOf(system, ['run', 'receipt', 'museum'])
  expect(shown.stdout).toContain(ledger[0]?.messageId)
  expect((await send('GET', path('run:school/nothing@2026-11-24T06:00:00Z'))).status).toBe(404)
})

test('the chain is verified by the command, and what it exports by the script of the docs', async () => {
  const kept = join(folder, 'kept.json')
  writeFileSync(kept, (await cliOf(system, ['audit', 'checkpoint'])).stdout)
  const { exitCode, stdout } = await cliOf(system, ['audit', 'verify', '--checkpoint', kept])
  expect(stdout).toContain('The chain is intact')
  expect(exitCode).toBe(0)
  const exported = (await cliOf(system, ['audit', 'export'])).stdout.split('\n')
  expect(await runDocumentedScript(exported)).toMatchObject({ isGood: true })
  const { rows } = await system.database.query<{ seq: number; body: string }>(
    `update receipt set body = replace(body, '"completed"', '"failed"') where run_id is not null returning seq`,
  )
  const seq = rows[0]?.seq ?? 0
  const broken = await cliOf(system, ['audit', 'verify', '--json'])
  expect(broken.exitCode).toBe(1)
  expect(JSON.parse(broken.stdout)).toMatchObject({ kind: 'broken', fault: { kind: 'altered', seq } })
  expect((await cliOf(system, ['audit', 'verify'])).stdout).toContain(`Row ${seq} was altered`)
  const tampered = (await cliOf(system, ['audit', 'export'])).stdout.split('\n')
  expect(await runDocumentedScript(tampered)).toMatchObject({
    isGood: false,
    said: expect.stringContaining(`row ${seq} is altered`) as string,
  })
  await system.database.query(
    `update receipt set body = replace(body, '"failed"', '"completed"') where seq = $1`,
    [seq],
  )
  expect((await cliOf(system, ['audit', 'verify'])).exitCode).toBe(0)
})

test('what is asked for by signal, by command and by request is in the chain, with the way that it came', async () => {
  const draft = { account, to: groups[0]?.jid ?? '', text: 'x', at: '2099-01-01T00:00:00Z', zone: 'UTC' }
  await system.client.reminders.create({ ...draft, key: 'ways' })
  const byHand = system.temporal.workflow.getHandle(reminderWorkflowId(system.operator, 'ways'))
  await byHand.signal(pauseSignal, { reason: 'typed by Nobody Particular', by: 'Nobody Particular' })
  await eventually(async () => expect((await system.client.reminders.show('ways')).state).toBe('paused'))
  await cliOf(system, ['reminder', 'resume', 'ways'])
  await send('POST', '/v1/reminders/ways/pause', { body: {}, headers: { 'idempotency-key': 'one' } })
  await send('POST', '/v1/reminders/ways/pause', { body: {}, headers: { 'idempotency-key': 'one' } })
  await byHand.cancel()
  await eventually(async () => expect((await system.client.reminders.show('ways')).state).toBe('canceled'))
  await writeReceipts()
  const own = await eventually(async () => {
    const found = (await entries()).filter(
      (entry): entry is ActionEntry => entry.kind === 'action' && entry.subject.endsWith('/ways'),
    )
    expect(found).toHaveLength(5)
    return found
  })
  expect(own.map(({ action, via }) => [action, via])).toEqual([
    ['create', 'library'],
    ['pause', 'temporal'],
    ['resume', 'cli'],
    ['pause', 'api'],
    ['cancel', 'temporal'],
  ])
  expect(JSON.stringify(own)).not.toMatch(/Nobody|typed/)
  expect(own[1]).toMatchObject({ who: expect.any(String) as string, why: expect.any(String) as string })
})

/** How each function that changes something is called, and what the audit has of it then. */
type Acts = Record<string, { action: string; call: (client: CarillonClient) => Promise<unknown> }>

/** They change nothing, though not everybody may. */
const reads = [
  'accounts.pairing',
  'webhooks.list',
  'webhooks.deliveries',
  'bots.list',
  'inbox.show',
  'tokens.list',
  'groups.refresh',
  // By way of another one of these.
  'accounts.pair',
]

test('whatever an operator may change, the audit has it', async () => {
  const telegram = await startTelegram()
  const client = createCarillonClient({
    temporal: system.temporal,
    database: system.database,
    operator: system.operator,
    telegramUrl: telegram.url,
    via: 'chat',
  })
  const timeoutMs = 8_000
  const to = groups[0]?.jid ?? ''
  const draft = { account, to, text: 'x', at: '2099-01-01T00:00:00Z', zone: 'UTC' }
  const started = await remind(system, { key: 'held', account, groups, texts, deliverWithin: '1h' })
  await runEnded(system, started)
  await system.whatsapp.fault({ kind: 'holdAck', count: 'until-cleared' })
  const open = await remind(system, { key: 'open', account, groups, texts, deliverWithin: '1h' })
  await eventually(async () => expect((await ledgerOf(system, open))[0]?.state).toBe('sending'))
  await client.accounts.pauseSends(account)
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#357' } })
    .png()
    .toBuffer()
  let webhook = ''
  const runs = client.runs
  const acts: Acts = {
    'accounts.add': { action: 'addAccount', call: () => client.accounts.add({ id: 'extra' }) },
    'accounts.set': {
      action: 'setAccount',
      call: () => client.accounts.set('extra', { ratePerMinute: 7, proxy: 'http://10.0.0.1:3128' }),
    },
    'accounts.startPairing': {
      action: 'pair',
      call: () => client.accounts.startPairing({ id: 'extra', method: 'qr' }),
    },
    'accounts.pauseSends': { action: 'pauseAccount', call: () => client.accounts.pauseSends('extra') },
    'accounts.resumeSends': { action: 'resumeAccount', call: () => client.accounts.resumeSends('extra') },
    'accounts.unlink': {
      action: 'unlink',
      call: () => client.accounts.unlink('extra', { timeoutMs }),
    },
    'accounts.remove': {
      action: 'removeAccount',
      call: () => client.accounts.remove('extra', { timeoutMs }),
    },
    'reminders.create': { action: 'create', call: () => client.reminders.create({ ...draft, key: 'a' }) },
    'reminders.createMany': {
      action: 'create',
      call: () => client.reminders.createMany([{ ...draft, key: 'many' }]),
    },
    'reminders.edit': { action: 'edit', call: () => client.reminders.edit('a', { text: 'y' }) },
    'reminders.snooze': { action: 'snooze', call: () => client.reminders.snooze('a', { by: '1h' }) },
    'reminders.pause': { action: 'pause', call: () => client.reminders.pause('a') },
    'reminders.resume': { action: 'resume', call: () => client.reminders.resume('a') },
    'reminders.fire': { action: 'fireNow', call: () => client.reminders.fire('a') },
    'reminders.clone': { action: 'create', call: () => client.reminders.clone('a', { key: 'b' }) },
    'reminders.skip': { action: 'skipNext', call: () => client.reminders.skip('b') },
    'reminders.cancel': {
      action: 'cancel',
      call: () => client.reminders.cancel('a', { timeoutMs: 1_000 }),
    },
    'reminders.delete': {
      action: 'delete',
      call: () => client.reminders.delete('many', { timeoutMs: 1_000 }),
    },
    'runs.pause': { action: 'pause', call: () => runs.pause(open.runId, { timeoutMs: 1_000 }) },
    'runs.resume': { action: 'resume', call: () => runs.resume(open.runId, { timeoutMs: 1_000 }) },
    'runs.cancel': { action: 'cancel', call: () => runs.cancel(open.runId, { timeoutMs: 1_000 }) },
    'runs.retryFailed': {
      action: 'retryFailed',
      call: async () => {
        await failFirst(started.runId)
        return await runs.retryFailed(started.runId)
      },
    },
    'webhooks.add': {
      action: 'addWebhook',
      call: async () => {
        webhook = (await client.webhooks.add({ url: 'https://192.168.0.9/x' })).endpoint.id
      },
    },
    'webhooks.test': {
      action: 'testWebhook',
      call: () => client.webhooks.test(webhook, { timeoutMs: 1 }),
    },
    'webhooks.redeliver': {
      action: 'redeliverWebhook',
      call: async () => {
        const { rows } = await system.database.query<{ eventId: string }>(
          `update webhook_delivery set state = 'failed', ended_at = now() where endpoint_id = $1
           returning event_id as "eventId"`,
          [webhook],
        )
        const key = { endpointId: webhook, eventId: rows[0]?.eventId ?? '' }
        return await client.webhooks.redeliver(key, { timeoutMs: 1 })
      },
    },
    'webhooks.enable': { action: 'enableWebhook', call: () => client.webhooks.enable(webhook) },
    'webhooks.remove': { action: 'removeWebhook', call: () => client.webhooks.remove(webhook) },
    'media.upload': { action: 'uploadMedia', call: () => client.media.upload(picture) },
    'tokens.create': {
      action: 'createToken',
      call: () => client.tokens.create({ name: 'desk', role: 'viewer' }),
    },
    'tokens.revoke': { action: 'revokeToken', call: () => client.tokens.revoke('desk') },
    'bots.add': {
      action: 'addBot',
      call: () =>
        client.bots.add({
          id: 'ops',
          token: telegram.addBot({ username: 'ops_bot' }),
          url: 'https://h.test',
        }),
    },
    'bots.link': {
      action: 'linkBotUser',
      call: () => client.bots.link('ops', { name: 'anna', role: 'editor' }),
    },
    'inbox.redrive': {
      action: 'redrive',
      call: async () => client.inbox.redrive(await deadUpdate(1)),
    },
    'inbox.redriveAll': {
      action: 'redrive',
      call: async () => {
        await deadUpdate(2)
        return await client.inbox.redriveAll({ bot: 'ops' })
      },
    },
    'bots.unlink': {
      action: 'unlinkBotUser',
      call: async () => {
        await linkedUser('anna')
        await client.bots.unlink('ops', 'anna')
      },
    },
    'bots.remove': { action: 'removeBot', call: () => client.bots.remove('ops') },
    reconcile: { action: 'reconcile', call: () => client.reconcile() },
  }
  const changing = Object.entries(needs).flatMap(([part, table]) =>
    typeof table === 'string' || 'role' in table
      ? [part]
      : Object.entries(table as Record<string, unknown>)
          .filter(([, role]) => role !== 'viewer' && !isOf(role, 'viewer'))
          .map(([name]) => `${part}.${name}`),
  )
  expect(Object.keys(acts).toSorted()).toEqual(changing.filter((name) => !reads.includes(name)).toSorted())
  const missing: string[] = []
  for (const [name, { action, call }] of Object.entries(acts)) {
    const before = await recorded(action)
    await call(client)
    await eventually(async () => expect(await recorded(action)).toBeGreaterThan(before)).catch(() =>
      missing.push(name),
    )
  }
  expect(missing).toEqual([])
  await system.whatsapp.clearFaults()
  await telegram.close()
})

const isOf = (role: unknown, wanted: string) =>
  typeof role === 'object' && role !== null && 'role' in role && role.role === wanted

/** How often the audit has it, by the way of this test. */
async function recorded(action: string): Promise<number> {
  const { rows } = await system.database.query<{ count: number }>(
    `select count(*) as count from audit where action = $1 and via = 'chat' and operator = $2`,
    [action, system.operator],
  )
  return rows[0]?.count ?? 0
}

/** An update of the bot 'ops' that was given up. */
async function deadUpdate(updateId: number): Promise<UpdateKey> {
  const key = { bot: 'ops', updateId }
  await acceptRow(system.database, { ...key, operator: system.operator, chat: 1 })
  await system.database.query(
    `update telegram_update set state = 'dead', ended_at = now() where bot = $1 and update_id = $2`,
    [key.bot, updateId],
  )
  return key
}

/** One who has used the code of a link to the bot 'ops'. */
async function linkedUser(name: string): Promise<void> {
  await system.database.query(
    `insert into bot_user (bot, name, digest, chat, role) values ('ops', $1, $2, '', 'editor')`,
    [name, Buffer.alloc(32)],
  )
}

/** As if WhatsApp had refused its first message. */
async function failFirst(runId: string): Promise<void> {
  await system.database.query(
    `update send set state = 'failed', acked_at = null where run_id = $1 and ordinal = 0`,
    [runId],
  )
  await system.database.query(`update target set state = 'failed' where run_id = $1 and ordinal = 0`, [runId])
}
