import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { refusalAnswer, Refused, type Answer } from './answers.js'
import { Chats, type Message } from './chats.js'
import { Webhook } from './webhook.js'

type Bot = {
  id: number
  username: string
  chats: Chats
  webhook: Webhook
  floods: Flood[]
  /** How late each method is answered. */
  lateMs: Map<string, number>
}

/** The next calls of a method are answered with 429. */
type Flood = { method: string; retryAfter: number; left: number }

export type TelegramSimulator = {
  /** Of the Bot API. */
  url: string
  /** Returns its token. */
  addBot(options: { username: string }): string
  /** A person writes to the bot, in a chat of the two. Returns the id of the update. */
  write(token: string, message: { person: number; text: string }): number
  /** The messages of the bot in the chat with this person. */
  messages(token: string, person: number): readonly Message[]
  /** Updates that were not taken yet. */
  pending(token: string): number
  /** The POSTs that were made to the webhook of the bot. */
  posts(token: string): readonly { updateId: number; status: number | undefined }[]
  /** The next calls of the method are too many. @param retryAfter in seconds */
  flood(token: string, flood: { method: string; retryAfter: number; times: number }): void
  /** From now on the calls of the method are done at once, and answered that much later. */
  delay(token: string, late: { method: string; byMs: number }): void
  /** The person shuts the bot out. */
  block(token: string, person: number): void
  close(): Promise<void>
}

/** A small server of Telegram's Bot API, and the people who write to its bots: as strict as the real one in what is used here. */
export async function startTelegram(): Promise<TelegramSimulator> {
  const bots = new Map<string, Bot>()
  let nextBot = 7_000_000_001

  function botOf(token: string): Bot {
    const bot = bots.get(token)
    if (!bot) throw new Error('there is no such bot')
    return bot
  }

  const server = createServer((request, response) => {
    void answer(request).then((answered) => {
      const status = answered.ok ? 200 : answered.error_code
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered))
    })
  })

  async function answer(request: IncomingMessage): Promise<Answer> {
    try {
      const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? []
      const given = await bodyOf(request)
      if (token === undefined || !/^\d+:[\w-]{20,}$/.test(token)) throw new Refused(404, 'Not Found')
      const bot = bots.get(token)
      if (!bot) throw new Refused(401, 'Unauthorized')
      const result = call(bot, method, given)
      await delay(bot.lateMs.get(method) ?? 0, undefined, { ref: false })
      return { ok: true, result }
    } catch (error) {
      if (error instanceof Refused) return refusalAnswer(error)
      throw error
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    addBot({ username }) {
      const id = nextBot++
      const token = `${id}:${'AAsynthetic-token-of-nobody'.padEnd(35, '0')}`
      // Ids begin anywhere.
      const webhook = new Webhook(id % 1_000_000)
      bots.set(token, { id, username, chats: new Chats(), webhook, floods: [], lateMs: new Map() })
      return token
    },
    write(token, { person, text }) {
      const { chats, webhook } = botOf(token)
      chats.open(person)
      return webhook.put(person, {
        message: {
          message_id: chats.takeMessageId(),
          date: Math.floor(Date.now() / 1_000),
          from: { id: person, is_bot: false, first_name: 'Synthetic' },
          chat: { id: person, type: 'private', first_name: 'Synthetic' },
          text,
        },
      })
    },
    messages: (token, person) => botOf(token).chats.messages(person),
    pending: (token) => botOf(token).webhook.pending(),
    posts: (token) => botOf(token).webhook.posts,
    flood(token, { method, retryAfter, times }) {
      botOf(token).floods.push({ method, retryAfter, left: times })
    },
    delay(token, { method, byMs }) {
      botOf(token).lateMs.set(method, byMs)
    },
    block(token, person) {
      botOf(token).chats.open(person).isBlocked = true
    },
    async close() {
      for (const { webhook } of bots.values()) webhook.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function call(bot: Bot, method: string, given: Record<string, unknown>): unknown {
  const flood = bot.floods.find((one) => one.method === method && one.left > 0)
  if (flood) {
    flood.left -= 1
    throw new Refused(429, `Too Many Requests: retry after ${flood.retryAfter}`, flood.retryAfter)
  }
  const { chats, webhook } = bot
  switch (method) {
    case 'getMe':
      return { id: bot.id, is_bot: true, first_name: bot.username, username: bot.username }
    case 'setWebhook':
      webhook.set(given)
      return true
    case 'deleteWebhook':
      webhook.set({})
      return true
    case 'getWebhookInfo':
      return webhook.info()
    case 'sendMessage':
      return shown(given['chat_id'], chats.send(given['chat_id'], given['text']))
    case 'editMessageText':
      return shown(given['chat_id'], chats.edit(given['chat_id'], given['message_id'], given['text']))
    case 'answerCallbackQuery':
      throw new Refused(
        400,
        'Bad Request: query is too old and response timeout expired or query ID is invalid',
      )
    default:
      throw new Refused(404, 'Not Found: method not found')
  }
}

function shown(chat: unknown, { id, text }: Message): Record<string, unknown> {
  return { message_id: id, date: Math.floor(Date.now() / 1_000), chat: { id: chat, type: 'private' }, text }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if (text === '') return {}
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refused(400, "Bad Request: can't parse JSON object")
    throw error
  }
}
