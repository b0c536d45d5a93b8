import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTelegram, type TelegramSimulator } from '../../simulator/telegram/telegram.js'
import { createCarillonClient, type CarillonClient } from '../../src/client/client.js'
import { eventually } from '../support/eventually.js'
import { startSystem, type System } from '../support/system.js'

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
    encryptionKey: Buffer.alloc(32, 7),
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
  await expect(client.bots.add({ id: 'ops', token: `${token}x`, url })).rejects.toMatchObject({ code: 'invalid' })
  const bot = await client.bots.add({ id: 'ops', token, url })
  expect(bot).toMatchObject({ id: 'ops', username: 'carillon_ops_bot', handler: 'remote-control', users: [] })
  expect(await answerTo(stranger, '/list')).toContain('for those who were linked')
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
  expect(items.find(({ action }) => action === 'cancel')).toMatchObject({ by: 'school/ops:anna' })
  expect(items.filter(({ subject }) => subject === 'bot:ops').map(({ action }) => action)).toEqual([
    'linked',
    'linkCode:hall',
    'linked',
    'linkCode:anna',
    'addBot',
  ])
})
