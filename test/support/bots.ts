import { createHash } from 'node:crypto'
import { keyedDigest, sealText } from '../../src/inbox/sealed.js'
import type { UpdateKey } from '../../src/domain/telegram.js'
import type { Database } from '../../src/store/database.js'
import { saveBot } from '../../src/store/inbox/bots.js'
import { acceptUpdate } from '../../src/store/inbox/updates.js'
import { testRing } from './database.js'

export const botSecret = 'the-secret-of-a-bot-of-the-tests-and-of-nobody'

/** Another one for each id, and the same again. */
const telegramIdOf = (id: string) => 7_000_000_000 + createHash('sha256').update(id).digest().readUInt32BE()

/** A bot that Telegram knows nothing of. */
export async function addBotRow(
  database: Database,
  {
    id,
    operator,
    telegramId = telegramIdOf(id),
    token = `${telegramId}:AAsynthetic-token-of-nobody00000000`,
    handler = 'remote-control',
    maxAttempts = 5,
  }: {
    id: string
    operator: string
    telegramId?: number
    token?: string
    handler?: string
    maxAttempts?: number
  },
): Promise<'added' | 'set' | 'inUse' | undefined> {
  const of = { operator, bot: id }
  return await saveBot(
    database,
    {
      id,
      operator,
      telegramId,
      username: 'synthetic_bot',
      handler,
      url: `https://carillon.example.org/webhooks/telegram/${id}`,
      maxAttempts,
      token: sealText(testRing, { of, kind: 'token', text: token }),
      secret: sealText(testRing, { of, kind: 'secret', text: botSecret }),
    },
    { actor: 'tests', via: 'library', requestId: crypto.randomUUID() },
  )
}

/** An update of a person in a chat of their own, as the webhook takes it. */
export function updateOf({
  updateId,
  chat,
  text = 'hello',
}: {
  updateId: number
  chat: number
  text?: string
}) {
  return {
    update_id: updateId,
    message: {
      message_id: updateId,
      date: 1_764_500_000,
      from: { id: chat, is_bot: false, first_name: 'Synthetic' },
      chat: { id: chat, type: 'private', first_name: 'Synthetic' },
      text,
    },
  }
}

/** Its row alone: Temporal knows nothing of it. */
export async function acceptRow(
  database: Database,
  { bot, updateId, operator, chat, text }: UpdateKey & { operator: string; chat: number; text?: string },
): Promise<string> {
  const of = { operator, bot }
  const body = JSON.stringify(updateOf({ updateId, chat, ...(text !== undefined && { text }) }))
  return await acceptUpdate(database, {
    bot,
    updateId,
    kind: 'message',
    chat: keyedDigest(botSecret, 'chat', String(chat)),
    body: sealText(testRing, { of, kind: 'update', id: String(updateId), text: body }),
  })
}
