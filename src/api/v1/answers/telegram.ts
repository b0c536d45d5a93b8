import { z } from 'zod'
import { chatRoles, updateStates } from '../../../domain/telegram.js'
import { count, instant, maybe, pageOf } from './values.js'

const botUserAnswer = z
  .object({
    name: z.string(),
    role: z.enum(chatRoles),
    accounts: maybe(z.array(z.string())).meta({ description: 'Null: all of the operator.' }),
    linkedAt: instant,
  })
  .meta({ id: 'BotUser' })

export const botAnswer = z
  .object({
    id: z.string(),
    username: z.string().meta({ description: 'At Telegram.' }),
    handler: z.string(),
    url: z.string().meta({ description: 'Where Telegram sends its updates to.' }),
    maxAttempts: count,
    createdAt: instant,
    users: z.array(botUserAnswer).meta({ description: 'Who may use it.' }),
    waiting: count.meta({ description: 'Updates that wait for their turn or their next try.' }),
    dead: count.meta({ description: 'Updates that were given up.' }),
  })
  .meta({ id: 'Bot' })
export const botsAnswer = z.object({ bots: z.array(botAnswer) })
export const removedBotAnswer = z.object({
  toldTelegram: z.boolean().meta({ description: 'False where Telegram did not take it, or the token.' }),
})
export const botLinkAnswer = z.object({
  code: z.string().meta({ description: 'What the person sends to the bot: `/start <code>`.' }),
  url: z.string().meta({ description: 'Opens the bot with it.' }),
  expiresAt: instant,
})

const update = z.object({
  bot: z.string(),
  updateId: z.int(),
  kind: z.string().meta({ description: "Telegram's word for what it is.", example: 'message' }),
  state: z.enum(updateStates),
  attempts: count.meta({ description: 'Tries that failed.' }),
  arrivedAt: instant,
  lastAt: maybe(instant),
  nextAt: maybe(instant).meta({ description: 'When it is tried again.' }),
  endedAt: maybe(instant),
})
export const updateAnswer = update.meta({ id: 'Update' })
export const updatesAnswer = pageOf(updateAnswer)
export const updateDetailsAnswer = update
  .extend({
    error: maybe(z.string()).meta({ description: 'Of the last try that failed.' }),
    update: z.unknown().meta({ description: 'What Telegram sent; null once it is done.' }),
  })
  .meta({ id: 'UpdateDetails' })
export const redrivenAnswer = update
  .extend({ already: z.literal(true).optional().meta({ description: 'True where it was not dead.' }) })
  .meta({ id: 'RedrivenUpdate' })
export const redrivenAllAnswer = z.object({ redriven: count })
