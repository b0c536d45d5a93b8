import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { pollUntil } from '../../src/client/waiting.js'
import { accountId, createOneAccount, groupJid } from '../shared/one-account.js'
import type { TelegramSimulator } from '../../simulator/telegram/telegram.js'
import type { Closers } from '../shared/closers.js'
import { dueOnceCreated, untilRemindersEnded } from '../shared/reminding.js'
import type { CampaignSystem } from '../shared/system.js'

/** What there is to be named, of each parameter of a path. */
type Named = Record<'account' | 'key' | 'run' | 'endpoint' | 'token' | 'bot' | 'name', string[]>

export type Names = {
  /** It is there until the end: what would end it is asked of one of the others. */
  kept: Named
  spare: Named
  account: string[]
  /** The account that has a QR code to show. */
  pairing: string
  jid: string[]
  /** Updates of the bot that is kept, which it gave up. */
  update: string[]
  /** What the endpoint that is kept has taken. */
  event: string[]
  /** Of bots that are at Telegram, and not here. */
  botToken: string[]
  /** Where webhooks are taken. */
  receiver: string
}

const patienceMs = 120_000
const spares = 15
const unlinked = 'second'
const pairing = 'third'

/**
 * A little of everything: accounts that are linked, not linked and being linked; reminders that recur, and one that was sent;
 * runs that are over, and some that wait for their account; endpoints and tokens; bots, who may use them, and updates.
 */
export async function createFuzzScene(
  system: CampaignSystem,
  {
    telegram,
    url,
    closers,
    signal,
  }: {
    telegram: TelegramSimulator
    /** Of the API. */
    url: string
    closers: Closers
    signal: AbortSignal
  },
): Promise<Names> {
  const { client } = system
  await createOneAccount(system, { groups: 3 })
  const spare = numbered('spare')
  for (const id of [unlinked, pairing, ...spare]) await client.accounts.add({ id })
  await showQr(system)

  const text = 'The library is open until six'
  const common = { account: accountId, to: groupJid(0), text, zone: 'UTC' }
  const weekly = { ...common, cron: '0 8 * * MON', start: '2035-01-01 08:00' }
  const keys = ['trip', 'class/3b', 'weekly', 'assembly']
  for (const key of [...keys, ...spare]) await client.reminders.create({ ...weekly, key })
  const at = dueOnceCreated(0)
  await client.reminders.create({ ...common, key: 'sent-1', to: [groupJid(0), groupJid(1)], at })
  await untilRemindersEnded(system, { key: 'sent', count: 1, timeoutMs: patienceMs, signal })
  const waiting = numbered('waits')
  for (const key of waiting) {
    await client.reminders.create({ ...weekly, key, account: unlinked })
    await client.reminders.fire(key)
  }
  const { items } = await client.runs.list({ limit: 2 * spares })
  const runs = items.map(({ id }) => id)

  const receiver = await startReceiver(closers)
  const endpoints: string[] = []
  for (let count = 0; count < 1 + spares; count++)
    endpoints.push((await client.webhooks.add({ url: receiver })).endpoint.id)
  const event: string[] = []
  for (const id of endpoints.slice(0, 1))
    for (let count = 0; count < 3; count++) event.push((await client.webhooks.test(id)).eventId)
  for (const name of ['desk', ...spare]) await client.tokens.create({ name, role: 'viewer' })
  const kept = 'desk'
  const token = telegram.addBot({ username: 'carillon_desk_bot' })
  await client.bots.add({ id: kept, token, url })
  for (const [index, id] of spare.entries())
    await client.bots.add({ id, token: telegram.addBot({ username: `carillon_${index}_bot` }), url })
  const people = ['hall', ...spare]
  const update = await createUpdates(system, { telegram, token, bot: kept, people })
  return {
    // Of the runs, the one that is over and some that wait.
    kept: {
      account: [accountId, unlinked, pairing],
      key: [...keys, 'sent-1'],
      run: [...runs.filter((id) => id.includes('sent-1')), ...runs.slice(0, 3)],
      endpoint: endpoints.slice(0, 1),
      token: ['desk'],
      bot: [kept],
      name: ['hall'],
    },
    spare: {
      account: spare,
      key: spare,
      run: runs.slice(3).filter((id) => !id.includes('sent-1')),
      endpoint: endpoints.slice(1),
      token: spare,
      bot: spare,
      name: spare,
    },
    account: [accountId, unlinked],
    pairing,
    jid: [groupJid(0), groupJid(1), groupJid(2)],
    update,
    event,
    botToken: spare.map((_, index) => telegram.addBot({ username: `carillon_unknown_${index}_bot` })),
    receiver,
  }
}

/** People are linked to a bot, each by an update that it takes. Then those are given up, as after hours of failures. */
async function createUpdates(
  { client }: CampaignSystem,
  {
    telegram,
    token,
    bot,
    people,
  }: { telegram: TelegramSimulator; token: string; bot: string; people: string[] },
): Promise<string[]> {
  for (const [index, name] of people.entries()) {
    const { code } = await client.bots.link(bot, { name, role: 'viewer' })
    telegram.write(token, { person: 900_000_000 + index, text: `/start ${code}` })
  }
  const { isDone } = await pollUntil({
    ask: async () => await client.inbox.list({ bot, states: ['done'], limit: people.length }),
    isDone: ({ items }) => items.length === people.length,
    timeoutMs: patienceMs,
  })
  if (!isDone) throw new Error('the bot has not handled its updates')
  await client.database.query(`update telegram_update set state = 'dead' where bot = $1`, [bot])
  const { items } = await client.inbox.list({ bot, limit: people.length })
  return items.map(({ updateId }) => String(updateId))
}

function numbered(name: string): string[] {
  return Array.from({ length: spares }, (_, index) => `${name}-${index}`)
}

/** One account has a QR code to show, for as long as all this lasts. */
async function showQr({ client }: CampaignSystem): Promise<void> {
  await client.accounts.startPairing({ id: pairing, method: 'qr', timeoutMs: 3_600_000 })
  const { isDone } = await pollUntil({
    ask: async () => await client.accounts.pairing(pairing),
    isDone: ({ challenge }) => challenge !== null,
    timeoutMs: patienceMs,
  })
  if (!isDone) throw new Error('there is no QR code to show')
}

/** Takes what it is sent. */
async function startReceiver(closers: Closers): Promise<string> {
  const server: Server = createServer((request, answer) => {
    request.resume()
    request.on('end', () => answer.writeHead(204).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.add(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
}
