import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Client } from '@temporalio/client'
import { CarillonError } from '../client/errors.js'
import { explainPostgresError } from '../client/postgres-errors.js'
import { explainTemporalError } from '../client/temporal/temporal-errors.js'
import { accountIdPattern } from '../domain/ids.js'
import { accept } from '../inbox/accept.js'
import { readUpdate } from '../inbox/read-update.js'
import { openText } from '../inbox/sealed.js'
import type { Logger } from '../logging.js'
import type { Database } from '../store/database.js'
import { EncryptionKeyError, type KeyRing } from '../store/encryption/key-ring.js'
import { findBotDoor } from '../store/inbox/bots.js'
import type { RequestEnv } from './request-log.js'
import { HttpError } from './v1/problems.js'
import { readBody } from './v1/read.js'

export const secretHeader = 'x-telegram-bot-api-secret-token'

/** Far above what Telegram sends: a text has 4,096 characters, and files come by reference. */
const maxUpdateBytes = 1024 * 1024
const anyJson = { schema: z.unknown(), checked: false, optional: false, maxBytes: maxUpdateBytes }

export type TelegramDependencies = { database: Database; temporal: Client; ring: KeyRing; logger: Logger }

/**
 * Where Telegram sends the updates of bots to. 200 says that one is durable in Postgres and in Temporal; whatever keeps that
 * from being so is answered as what Telegram tries again after.
 */
export function telegramRoutes({ database, temporal, ring, logger }: TelegramDependencies): Hono<RequestEnv> {
  const routes = new Hono<RequestEnv>()

  routes.post('/:bot', async (context) => {
    context.set('route', 'POST /webhooks/telegram')
    const bot = context.req.param('bot')
    try {
      const door = accountIdPattern.test(bot) ? await findBotDoor(database, bot) : undefined
      const of = door && { operator: door.operator, bot }
      const secret = of && openText(ring, { of, kind: 'secret', sealed: door.secret })
      // The same for a bot that is not there: who asks learns nothing of which there are.
      if (!isSame(context.req.header(secretHeader), secret) || of === undefined || secret === undefined)
        throw new HttpError('unauthorized', `Send the secret of this bot in the header ${secretHeader}.`)
      const { body } = await readBody(anyJson, context.req.raw)
      const read = readUpdate(body)
      if (!read) throw new HttpError('malformed', 'The body is no update of the Telegram Bot API.')
      const state = await accept(
        { database, temporal, ring },
        { of, secret, read, text: JSON.stringify(body) },
      )
      logger.debug({ bot, updateId: read.updateId, state }, 'update accepted')
      return context.json({ ok: true })
    } catch (error) {
      if (!(error instanceof HttpError)) logger.warn({ bot, error }, 'an update was not taken')
      throw again(error)
    }
  })
  routes.all('/:bot', () => {
    throw new HttpError('method_not_allowed', 'Use POST.', { Allow: 'POST' })
  })
  return routes
}

/** In a time that tells nothing of either. */
function isSame(given: string | undefined, secret: string | undefined): boolean {
  const isEqual = timingSafeEqual(digest(given ?? ''), digest(secret ?? ''))
  return isEqual && given !== undefined && secret !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** What is not the fault of who asks is said so that it comes again: 503. */
function again(error: unknown): unknown {
  if (error instanceof HttpError) return error
  if (error instanceof EncryptionKeyError)
    return new CarillonError('not_ready', 'The encryption key of this process is another one.', {
      cause: error,
    })
  const known = explainTemporalError(explainPostgresError(error))
  if (known instanceof CarillonError && (known.code === 'unreachable' || known.code === 'not_ready'))
    return known
  return new CarillonError(
    'unreachable',
    'The update could not be kept, since Temporal or Postgres did not take it. Send it again.',
    { cause: error },
  )
}
