import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { openText } from '../../inbox/sealed.js'
import type { ShownProgress } from '../../protocol/payloads.js'
import type { Database } from '../../store/database.js'
import type { KeyRing } from '../../store/encryption/key-ring.js'
import * as store from '../../store/inbox/progress.js'
import { BotApiError, createBotApi, isClosedChat, type BotApi } from '../../telegram/bot-api.js'
import type { TellRun } from '../../telegram/remote-control/tell-run.js'
import { whileHeartbeating } from '../heartbeating.js'

export type ProgressActivities = ReturnType<typeof createProgressActivities>

export type ProgressDependencies = {
  database: Database
  ring: KeyRing
  logger: Logger
  tellRun: TellRun
  /** Of the Bot API; Telegram's own when missing. */
  telegramUrl: string | undefined
}

/** The message that tells of a run: sent once, and edited where it would say something else. */
export function createProgressActivities({
  database,
  ring,
  logger,
  tellRun,
  telegramUrl,
}: ProgressDependencies) {
  return {
    /** Telegram may take longer to answer than the process may be silent: who is taken for dead would be followed by another message. */
    async showProgress({ id }: { id: string }): Promise<ShownProgress> {
      return await whileHeartbeating(async () => await showNow(id))
    },
  }

  async function showNow(id: string): Promise<ShownProgress> {
    const message = await store.findProgress(database, id)
    const of = message && { operator: message.operator, bot: message.bot }
    const told = message && of && (await tellRun(of, message.user, message.runId))
    if (message === undefined || of === undefined || told === undefined) return await over(id)
    const digest = createHash('sha256').update(told.text).digest()
    const isSame = message.digest?.equals(digest) === true
    if (!isSame) {
      const api = createBotApi({
        token: openText(ring, { of, kind: 'token', sealed: message.token }),
        url: telegramUrl,
      })
      try {
        const chat = Number(openText(ring, { of, kind: 'chat', id: message.user.name, sealed: message.chat }))
        const messageId = await show(api, { chat, messageId: message.messageId, text: told.text })
        await store.recordShown(database, { id, messageId, digest })
      } catch (error) {
        if (error instanceof BotApiError && error.retryAfterMs !== undefined)
          return { kind: 'wait', afterMs: error.retryAfterMs }
        if (isGone(error)) return await over(id)
        throw error
      }
    }
    if (told.isOver) return await over(id)
    return { kind: isSame ? 'same' : 'edited' }
  }

  async function over(id: string): Promise<ShownProgress> {
    await store.endProgress(database, id)
    logger.debug({ progressId: id }, 'progress is told no more')
    return { kind: 'over' }
  }
}

async function show(
  api: BotApi,
  { chat, messageId, text }: { chat: number; messageId: number | null; text: string },
): Promise<number> {
  if (messageId === null) return await api.sendMessage({ chat, text })
  await api.editMessage({ chat, message: messageId, text })
  return messageId
}

/** The person has deleted it, or it is too old to be edited, or the bot is shut out. */
function isGone(error: unknown): boolean {
  if (isClosedChat(error)) return true
  return (
    error instanceof BotApiError &&
    /message (to edit not found|can't be edited)|MESSAGE_ID_INVALID/i.test(error.description)
  )
}
