import { say } from '../../domain/sentences/say.js'
import { randomBytes, randomUUID } from 'node:crypto'
import { accountNameAdvice, mayNameAccount } from '../../domain/access.js'
import { defaultMaxAttempts, remoteControlName, webhookPath, type ChatRole } from '../../domain/telegram.js'
import { wakeUpdate } from '../../inbox/wake.js'
import { openText, sealText } from '../../inbox/sealed.js'
import { sealingOf } from '../../store/database.js'
import { ringForSecret } from '../secrets-ring.js'
import { deleteBotUser, insertLinkCode } from '../../store/inbox/bot-users.js'
import * as store from '../../store/inbox/bots.js'
import { findOperator } from '../../store/operators/operators.js'
import type { BotApi } from '../../telegram/bot-api.js'
import { startWebhookRelay } from '../../webhooks/relay.js'
import { askerOf, type ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { describeValue, schemaIssues } from '../input/issues.js'
import { botLinkInput, newBotInput } from '../input/schema/telegram.js'
import { accountIssues } from '../operators/tokens.js'
import { digestOf, newSecret } from '../operators/secrets.js'
import { linkLastsMs } from '../operators/sign-in-link.js'
import { checkStorable } from '../storable.js'
import { explainTemporalError } from '../temporal/temporal-errors.js'

export type NewBotInput = {
  id: string
  /** Of BotFather. */
  token: string
  /** Where Telegram reaches the API: `https://carillon.example.org`. */
  url: string
  /** The remote control when not given. */
  handler?: string
  /** 5 when not given. */
  maxAttempts?: number
}

export type BotLinkInput = { name: string; role: ChatRole; accounts?: readonly string[] }

export type BotLink = {
  /** What the person sends to the bot: `/start <code>`. */
  code: string
  /** Opens the bot with it. */
  url: string
  expiresAt: Date
}

/** The same for every call that is one request. */
type Once = { requestId?: string }

export type Bots = {
  /**
   * Adds a bot and lets Telegram send its updates here; of one that is there it changes what is given.
   * @throws InputError; CarillonError `conflict`, `unreachable`, `not_ready`
   */
  add(input: NewBotInput, options?: Once): Promise<store.BotView>
  list(): Promise<store.BotView[]>
  /**
   * Telegram sends nothing more, what waits is dropped, and nobody is linked.
   * @returns whether Telegram was told. @throws CarillonError `not_found`, as the next two
   */
  remove(id: string, options?: Once): Promise<{ toldTelegram: boolean }>
  /** A code by which one person may use the bot from then on, once, within a quarter of an hour. */
  link(id: string, input: BotLinkInput, options?: Once): Promise<BotLink>
  unlink(id: string, name: string, options?: Once): Promise<void>
}

export function createBots(context: ClientContext): Bots {
  const { temporal, database, operator } = context
  const asked = (requestId: string = randomUUID()): store.Asked => ({ ...askerOf(context), requestId })

  async function show(id: string): Promise<store.BotView> {
    const all = await store.listBots(database, operator)
    const found = all.find((bot) => bot.id === id)
    if (found) return found
    const ids = all.map((bot) => bot.id).join(', ')
    throw new CarillonError(
      'not_found',
      say('noBot', { bot: id, hint: ids === '' ? say('phraseAddBot') : say('phraseYouHave', { ids }) }),
    )
  }

  async function apiOf(token: string): Promise<BotApi> {
    // Loaded by those who need it: the commands begin sooner.
    const { createBotApi } = await import('../../telegram/bot-api.js')
    return createBotApi({ token, url: context.telegramUrl })
  }

  async function requireName(id: string): Promise<void> {
    const owner = (await findOperator(database, operator)) ?? {
      id: operator,
      freeAccountIds: context.access === undefined,
    }
    if (mayNameAccount(owner, id)) return
    throw new InputError([{ field: 'id', got: describeValue(id), expected: accountNameAdvice(owner) }])
  }

  return {
    async add(input, { requestId } = {}) {
      const malformed = schemaIssues(newBotInput, input, 'bot')
      if (malformed.length > 0) throw new InputError(malformed)
      const { id, token, handler = remoteControlName, maxAttempts = defaultMaxAttempts } = input
      await requireName(id)
      const ring = await ringForSecret(database, 'phraseBotToken')
      const api = await apiOf(token)
      const me = await explained(async () => await api.getMe())
      const of = { operator, bot: id }
      const url = `${input.url.replace(/\/+$/, '')}${webhookPath(id)}`
      const saved = await store.saveBot(
        database,
        {
          id,
          operator,
          telegramId: me.id,
          username: me.username,
          handler,
          url,
          maxAttempts,
          token: sealText(ring, { of, kind: 'token', text: token }),
          // 256 bits, in the characters that Telegram takes.
          secret: sealText(ring, { of, kind: 'secret', text: randomBytes(32).toString('base64url') }),
        },
        asked(requestId),
      )
      if (saved === undefined) throw new CarillonError('conflict', say('botIdUsed', { bot: id }))
      if (saved === 'inUse') throw new CarillonError('conflict', say('botInUse'))
      const stored = await store.findBot(database, id)
      if (stored === undefined) throw new CarillonError('not_found', say('botGone', { bot: id }))
      const secret = openText(ring, { of, kind: 'secret', sealed: stored.secret })
      await explained(async () => await api.setWebhook({ url, secret }))
      try {
        await startWebhookRelay(temporal)
      } catch (error) {
        throw explainTemporalError(error)
      }
      return await show(id)
    },

    list: async () => await store.listBots(database, operator),

    async remove(id, { requestId } = {}) {
      await show(id)
      const stored = await store.findBot(database, id)
      const toldTelegram = stored !== undefined && (await untold(stored))
      const dropped = await store.removeBot(database, { id, operator }, asked(requestId))
      try {
        // Their workflows wait for nothing any more. One that does not hear of it ends when it next looks.
        for (const updateId of dropped ?? []) await wakeUpdate(temporal, { bot: id, updateId })
      } catch (error) {
        throw explainTemporalError(error)
      }
      return { toldTelegram }
    },

    async link(id, input, { requestId } = {}) {
      const malformed = schemaIssues(botLinkInput, input, 'link')
      if (malformed.length > 0) throw new InputError(malformed)
      const { username } = await show(id)
      const { name, role, accounts } = input
      const issues = await accountIssues(context, accounts)
      if (issues.length > 0) throw new InputError(issues)
      const code = newSecret()
      const expiresAt = await insertLinkCode(
        database,
        {
          digest: digestOf(code),
          bot: id,
          operator,
          user: { name, role, accounts: accounts === undefined ? null : [...new Set(accounts)].toSorted() },
          lastsMs: linkLastsMs,
        },
        asked(requestId),
      )
      return { code, url: `https://t.me/${username}?start=${code}`, expiresAt }
    },

    async unlink(id, name, { requestId } = {}) {
      checkStorable({ name })
      const { users } = await show(id)
      if (await deleteBotUser(database, { bot: id, operator, name }, asked(requestId))) return
      const names = users.map((user) => user.name).join(', ')
      throw new CarillonError(
        'not_found',
        say('noBotUser', {
          bot: id,
          name,
          hint: names === '' ? say('phraseNobodyLinked') : say('phraseLinked', { names }),
        }),
      )
    },
  }

  /** Whether Telegram took it: a token that was revoked cannot say it, and sends nothing any more. */
  async function untold({ id, token }: store.StoredBot): Promise<boolean> {
    try {
      const { ring } = await sealingOf(database)
      const opened = openText(ring, { of: { operator, bot: id }, kind: 'token', sealed: token })
      await (await apiOf(opened)).deleteWebhook()
      return true
    } catch (error) {
      if (error instanceof Error && ['BotApiError', 'EncryptionKeyError'].includes(error.name)) return false
      throw error
    }
  }
}

/** What Telegram refuses, in words that say what to do. */
async function explained<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    const { BotApiError } = await import('../../telegram/bot-api.js')
    if (!(error instanceof BotApiError)) throw error
    if (error.status === undefined)
      throw new CarillonError('unreachable', say('telegramAway'), { cause: error })
    if (error.status === 401 || error.status === 404)
      throw new InputError([{ field: 'token', expected: say('botTokenRefused') }])
    if (error.status === 400 && error.method === 'setWebhook')
      throw new InputError([{ field: 'url', expected: say('botAddressRefused', { why: error.description }) }])
    const refused = { status: error.status, why: error.description }
    throw new CarillonError('not_ready', say('telegramRefused', refused), { cause: error })
  }
}
