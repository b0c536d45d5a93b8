import type { Logger } from 'pino'
import { openText } from '../../inbox/sealed.js'
import type { Database } from '../../store/database.js'
import type { KeyRing } from '../../store/encryption/key-ring.js'
import { findBot } from '../../store/inbox/bots.js'
import { listBotChats } from '../../store/inbox/bot-users.js'
import type { DeliveryKey } from '../../store/webhooks/webhook-queue.js'
import { markTold } from '../../store/webhooks/webhook-tries.js'
import { alertOf } from '../../telegram/alert-text.js'
import { BotApiError, createBotApi, isClosedChat } from '../../telegram/bot-api.js'
import type { Answer } from '../../webhooks/post.js'

export type AlertDependencies = {
  database: Database
  ring: KeyRing
  logger: Logger
  /** Of the Bot API; Telegram's own when missing. */
  telegramUrl: string | undefined
}

/** An event for a bot, which hears of it as a webhook endpoint does. */
export type BotEvent = DeliveryKey & {
  bot: string
  operator: string
  type: string
  data: unknown
  /** Who was told in an earlier try. */
  told: readonly string[]
}

/**
 * Begins no call after that. One may take 15 s, and a try that is not over after 20 s is given up and begun anew
 * (workflows/webhooks/proxies.ts): who is told by then and not marked would be told twice.
 */
const tellForMs = 3_000

/**
 * Tells those on the bot's allow-list, each once and only of accounts that they may see. The answer is as that of an endpoint: one
 * that was not taken is tried again by the same schedule, for those who were not told. `unfinished`: Telegram takes them, and
 * there are more than one try can tell.
 */
export async function alertChats(
  { database, ring, logger, telegramUrl }: AlertDependencies,
  { bot: id, operator, type, data, told, ...delivery }: BotEvent,
): Promise<Answer | { kind: 'unfinished' }> {
  const beganMs = performance.now()
  const alert = alertOf(type, data)
  const bot = alert && (await findBot(database, id))
  if (alert === undefined || bot === undefined || bot.isRemoved) return { kind: 'answered', status: 200 }
  const of = { operator, bot: id }
  const api = createBotApi({
    token: openText(ring, { of, kind: 'token', sealed: bot.token }),
    url: telegramUrl,
  })
  for (const { name, accounts, chat } of await listBotChats(database, id)) {
    if (told.includes(name) || accounts?.includes(alert.accountId) === false) continue
    if (performance.now() - beganMs > tellForMs) return { kind: 'unfinished' }
    try {
      await api.sendMessage({
        chat: Number(openText(ring, { of, kind: 'chat', id: name, sealed: chat })),
        text: alert.text,
      })
    } catch (error) {
      if (!(error instanceof BotApiError)) throw error
      if (!isClosedChat(error)) return answerOf(error)
      logger.warn({ bot: id, user: name }, 'an alert was left out: the chat is closed')
    }
    await markTold(database, { ...delivery, name })
  }
  return { kind: 'answered', status: 200 }
}

function answerOf({ status, retryAfterMs }: BotApiError): Answer {
  if (status === undefined) return { kind: 'unanswered', code: 'BotApiUnanswered' }
  // 410 would end the endpoint for good; a token that was revoked may be set anew.
  return {
    kind: 'answered',
    status: status === 410 ? 503 : status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
}
