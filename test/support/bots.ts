import { keyedDigest, sealText } from '../../src/inbox/sealed.js'
import type { UpdateKey } from '../../src/domain/telegram.js'
import type { Database } from '../../src/store/database.js'
import { createCipher } from '../../src/store/encryption/cipher.js'
import { saveBot } from '../../src/store/inbox/bots.js'
import { acceptUpdate } from '../../src/store/inbox/updates.js'

/** The key of the workers of `startSystem`. */
export const encryptionKey = Buffer.alloc(32, 7)
export const cipher = createCipher(encryptionKey)
export const botSecret = 'the-secret-of-a-bot-of-the-tests-and-of-nobody'

/** A bot that Telegram knows nothing of. */
export async function addBotRow(
  database: Database,
  {
    id,
    operator,
    telegramId = 7_000_000_009,
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
): Promise<'added' | 'set' | undefined> {
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
      token: sealText(cipher, { of, kind: 'token', text: token }),
      secret: sealText(cipher, { of, kind: 'secret', text: botSecret }),
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
    body: sealText(cipher, { of, kind: 'update', id: String(updateId), text: body }),
  })
}
