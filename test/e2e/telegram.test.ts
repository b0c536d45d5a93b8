import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram, type TelegramSimulator } from '../../simulator/telegram/telegram.js'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { examineOperator } from '../../src/doctor/of-operator.js'
import { cliOf } from '../support/cli.js'
import { eventually } from '../support/eventually.js'
import { soon, startSystem, type System } from '../support/system.js'

/** The remote control as an operator has it: real workers and API, and Telegram as it answers. */

const phone = '15550006201'
const anna = 900_000_000_001
const stranger = 900_000_000_002
const viewer = 900_000_000_003
const far = '2035-01-01T09:00'
let system: System
let telegram: TelegramSimulator
let client: CarillonClient
let token: string
let url: string
let jid: string

beforeAll(async () => {
  ;[system, telegram] = await Promise.all([startSystem(), startTelegram()])
  await system.worker().stop()
  const worker = await system.startWorker({ CARILLON_TELEGRAM_URL: telegram.url, CARILLON_API_PORT: '0' })
  const listening = await worker.line((line) => line.includes('"api listening"'))
  url = (JSON.parse(listening) as { url: string }).url
  client = createCarillonClient({
    temporal: system.temporal,
    database: system.database,
    operator: system.operator,
    telegramUrl: telegram.url,
  })
  token = telegram.addBot({ username: 'carillon_ops_bot' })
  await system.pairAccount({ id: 'office', phone })
  const [group] = await system.createGroups({ phone, groups: 1, members: 2 })
  jid = group?.jid ?? ''
})
afterAll(async () => {
  await telegram.close()
  await system.close()
})

/** What the bot says next to this person. */
async function answerTo(person: number, text: string, bot = token): Promise<string> {
  const before = telegram.messages(bot, person).length
  telegram.write(bot, { person, text })
  return await eventually(() => {
    const after = telegram.messages(bot, person)
    expect(after.length).toBeGreaterThan(before)
    return after[before]?.text ?? ''
  })
}

test('a bot is added with a token that Telegram knows, and Telegram sends its updates here', async () => {
  await expect(client.bots.add({ id: 'ops', token: `${token}x`, url })).rejects.toMatchObject({
    code: 'invalid',
  })
  const bot = await client.bots.add({ id: 'ops', token, url })
  expect(bot).toMatchObject({ id: 'ops', username: 'carillon_ops_bot', handler: 'remote-control', users: [] })
  expect(await answerTo(stranger, '/list')).toContain('for those who were linked')
})

test('a bot that has an id here is refused by another one, and goes on', async () => {
  const refused = client.bots.add({ id: 'second', token, url })
  await expect(refused).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('in use by another id here'),
  })
  await expect(refused).rejects.not.toThrow('ops')
  expect(await answerTo(stranger, '/list')).toContain('for those who were linked')
})

test('the doctor, and the API as it, have a line for the bot', async () => {
  expect((await cliOf(system, ['doctor'])).stdout).toMatch(/✔ Bots +'ops': no update waits/)
  const { temporal, database, operator } = system
  const checks = await examineOperator({ temporal, database, operator, now: new Date() })
  expect(checks).toContainEqual({ name: 'Bots', state: 'ok', found: "'ops': no update waits" })
})

test('a code links one person, once', async () => {
  const { code, url: link } = await client.bots.link('ops', { name: 'anna', role: 'editor' })
  expect(link).toBe(`https://t.me/carillon_ops_bot?start=${code}`)
  expect(await answerTo(anna, `/start ${code}`)).toContain('You are linked as anna (editor, all accounts)')
  expect(await answerTo(stranger, `/start ${code}`)).toContain('was used')
  expect(await answerTo(stranger, '/list')).toContain('for those who were linked')
  const looking = await client.bots.link('ops', { name: 'hall', role: 'viewer' })
  expect(await answerTo(viewer, `/start ${looking.code}`)).toContain('You are linked as hall')
  expect((await client.bots.list())[0]?.users.map(({ name }) => name)).toEqual(['anna', 'hall'])
})

test('who is linked sees what is to come, and acts on it by the name that the audit has', async () => {
  const draft = { account: 'office', to: jid, text: 'Assembly in the yard!', zone: 'UTC' }
  await client.reminders.create({ ...draft, key: 'sports-day', at: far })
  expect(await answerTo(anna, '/list')).toContain('sports-day: ')
  expect(await answerTo(anna, '/next')).toContain('sports-day: ')
  expect(await answerTo(anna, '/preview sports-day')).toContain('Assembly in the yard!')
  expect(await answerTo(anna, '/snooze sports-day 2h')).toContain('11:00')
  expect(await answerTo(anna, '/pause sports-day')).toBe("Reminder 'sports-day' is paused.")
  expect((await client.reminders.show('sports-day')).state).toBe('paused')
  expect(await answerTo(viewer, '/resume sports-day')).toContain('you may look, and change nothing')
  expect(await answerTo(anna, '/resume sports-day')).toBe("Reminder 'sports-day' is scheduled.")
  expect(await answerTo(anna, '/cancel sports-day')).toBe("Reminder 'sports-day' is canceled.")
  expect(await answerTo(anna, '/pause nothing-like-it')).toContain('nothing-like-it')
  expect(await answerTo(anna, '/what')).toContain('/list – ')
  const { items } = await client.audit.list()
  expect(items.find(({ action }) => action === 'cancel')).toMatchObject({
    by: 'school/ops:anna',
    via: 'chat',
  })
  const ofBot = items.filter(({ subject }) => subject.startsWith('bot:ops'))
  expect(ofBot.map(({ action, subject }) => `${action} ${subject}`)).toEqual([
    'botUserLinked bot:ops/hall',
    'linkBotUser bot:ops/hall',
    'botUserLinked bot:ops/anna',
    'linkBotUser bot:ops/anna',
    'addBot bot:ops',
  ])
})

test('the progress of a run is one message, which is edited as it goes, also where Telegram wants pauses', async () => {
  const groups = await system.createGroups({ phone, groups: 2, members: 1 })
  const chat = groups[1]?.jid ?? ''
  await system.whatsapp.fault({ kind: 'holdAck', chat, count: 'until-cleared' })
  await client.reminders.create({
    key: 'newsletter',
    account: 'office',
    to: groups.map((group) => group.jid),
    text: 'The newsletter of spring',
    at: soon(),
    zone: 'UTC',
    groupConcurrency: 1,
  })
  await eventually(async () => expect(await system.whatsapp.stanzas({ chat })).not.toEqual([]))
  telegram.flood(token, { method: 'editMessageText', retryAfter: 1, times: 1 })
  const before = telegram.messages(token, anna).length
  expect(await answerTo(anna, '/progress newsletter')).toContain('1 of 2 delivered, 1 pending')
  await system.whatsapp.clearFaults()
  await system.whatsapp.releaseAcks()
  const message = await eventually(() => {
    const [one, ...more] = telegram.messages(token, anna).slice(before)
    expect(more).toEqual([])
    expect(one?.text).toContain('2 of 2 delivered')
    expect(one?.text).toContain('completed')
    return one
  })
  expect(message?.before.length).toBeGreaterThan(0)
  await eventually(async () => {
    const { rows } = await system.database.query(`select ended_at is not null as over from telegram_progress`)
    expect(rows).toEqual([{ over: true }])
  })
})

test('an answer that Telegram does not take is sent later, and no update is lost for it', async () => {
  telegram.flood(token, { method: 'sendMessage', retryAfter: 1, times: 1 })
  expect(await answerTo(anna, '/runs')).toContain('newsletter')
  expect(new Set(telegram.posts(token).map(({ status }) => status))).toEqual(new Set([200]))
  await eventually(async () =>
    expect((await client.bots.list())[0]).toMatchObject({ id: 'ops', waiting: 0, dead: 0 }),
  )
})

test('an account that needs somebody is told to all who are linked, once each, and so is that it is well', async () => {
  const counts = () => [anna, viewer].map((person) => telegram.messages(token, person).length)
  const before = counts()
  const told = (n: number) =>
    [anna, viewer].map((person, index) => telegram.messages(token, person)[(before[index] ?? 0) + n]?.text)
  await system.whatsapp.unlink({ account: phone })
  await eventually(() => {
    for (const text of told(0)) expect(text).toContain("Account 'office' was logged out")
  })
  await system.linkAccount({ id: 'office', phone })
  await eventually(() => {
    for (const text of told(1)) expect(text).toBe("✅ Account 'office' is connected.")
  })
  expect(counts()).toEqual(before.map((count) => count + 2))
})

test('who is unlinked is a stranger from the next message on, and a removed bot says nothing', async () => {
  await client.bots.unlink('ops', 'anna')
  expect(await answerTo(anna, '/list')).toContain('for those who were linked')
  expect(await client.bots.remove('ops')).toEqual({ toldTelegram: true })
  expect(await client.bots.list()).toEqual([])
  const answer = await fetch(`${url}/webhooks/telegram/ops`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': 'anything' },
    body: '{"update_id":1}',
  })
  expect(answer.status).toBe(401)
})
