import type { TelegramHandler } from '../../src/telegram/handler.js'
import { writeEffect } from './effects.js'

/** For CARILLON_TELEGRAM_HANDLERS: a bot that writes down what it handles, with that it has. */
export const handlers: Record<string, TelegramHandler> = {
  storm: async ({ update }) => {
    const { update_id: updateId, message } = update
    const chat = message?.chat.id
    if (chat === undefined) throw new Error('an update of the storm has a chat')
    return { commit: async (db) => await writeEffect(db, { updateId, chat }) }
  },
}
