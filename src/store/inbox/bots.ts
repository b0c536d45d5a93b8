import { DatabaseError } from 'pg'
import type { ChatRole } from '../../domain/telegram.js'
import { insertAudit, type Asker } from '../audit.js'
import { words } from '../encryption/sealed-value.js'
import { inTransaction, type Database, type Queryable } from '../database.js'

/** What Telegram's requests are taken by. */
export type BotDoor = { operator: string; secret: Buffer }

/** Undefined where there is no such bot, or no more. */
export async function findBotDoor(db: Queryable, id: string): Promise<BotDoor | undefined> {
  const { rows } = await db.query<BotDoor>(
    `select operator, secret from bot where id = $1 and removed_at is null`,
    [id],
  )
  return rows[0]
}

export type BotUserView = {
  name: string
  role: ChatRole
  /** The accounts that it may see; null: all. */
  accounts: string[] | null
  linkedAt: Date
}

export type BotView = {
  id: string
  /** At Telegram. */
  username: string
  handler: string
  /** Where Telegram sends its updates to. */
  url: string
  maxAttempts: number
  createdAt: Date
  users: BotUserView[]
  /** Updates that wait for their turn or their next try, and those that were given up. */
  waiting: number
  dead: number
}

const columns = `b.id, b.username, b.handler, b.url, b.max_attempts as "maxAttempts", b.created_at as "createdAt",
  (select count(*) from telegram_update u where u.bot = b.id and u.state = 'waiting') as waiting,
  (select count(*) from telegram_update u where u.bot = b.id and u.state = 'dead') as dead`

export async function listBots(db: Queryable, operator: string): Promise<BotView[]> {
  const { rows: bots } = await db.query<Omit<BotView, 'users'>>(
    `select ${columns} from bot b where b.operator = $1 and b.removed_at is null order by b.id`,
    [operator],
  )
  const { rows: users } = await db.query<BotUserView & { bot: string }>(
    `select bot, name, role, accounts, linked_at as "linkedAt" from bot_user where bot = any ($1) order by bot, name`,
    [bots.map(({ id }) => id)],
  )
  return bots.map((bot) => ({
    ...bot,
    users: users.filter((user) => user.bot === bot.id).map(({ bot: _bot, ...user }) => user),
  }))
}

/** A bot with what is sealed of it. */
export type StoredBot = {
  id: string
  operator: string
  telegramId: number
  username: string
  handler: string
  token: Buffer
  secret: Buffer
  isRemoved: boolean
}

export async function findBot(db: Queryable, id: string): Promise<StoredBot | undefined> {
  const { rows } = await db.query<StoredBot>(
    `select id, operator, telegram_id as "telegramId", username, handler, token, secret, removed_at is not null as "isRemoved"
     from bot where id = $1`,
    [id],
  )
  return rows[0]
}

/** Of a request, for the audit. */
export type Asked = Asker & { requestId: string }

export type NewBot = Omit<StoredBot, 'isRemoved'> & { url: string; maxAttempts: number }

/**
 * Adds the bot, or gives one that is there what is new of it: its secret stays, by which chats and people are known. Undefined
 * where the id is another operator's, or was that of another bot at Telegram; `inUse` where another id, of whomever, has this
 * bot: Telegram sends to one address, so that one would hear nothing more.
 */
export async function saveBot(
  database: Database,
  bot: NewBot,
  asked: Asked,
): Promise<'added' | 'set' | 'inUse' | undefined> {
  try {
    return await writeBot(database, bot, asked)
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === 'bot_at_telegram') return 'inUse'
    throw error
  }
}

async function writeBot(database: Database, bot: NewBot, asked: Asked): Promise<'added' | 'set' | undefined> {
  return await inTransaction(database, async (client) => {
    const { rows } = await client.query<{ isNew: boolean }>(
      `with before as (select removed_at from bot where id = $1),
       owner as (insert into operator (id, free_account_ids) values ($2, true) on conflict do nothing),
       saved as (
         insert into bot (id, operator, telegram_id, username, handler, url, token, secret, max_attempts)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set username = excluded.username, handler = excluded.handler, url = excluded.url,
           token = excluded.token, max_attempts = excluded.max_attempts,
           secret = case when bot.removed_at is null then bot.secret else excluded.secret end,
           created_at = case when bot.removed_at is null then bot.created_at else now() end, removed_at = null
         where bot.operator = excluded.operator and bot.telegram_id = excluded.telegram_id
         returning id
       )
       select not exists (select from before where removed_at is null) as "isNew" from saved`,
      [
        bot.id,
        bot.operator,
        bot.telegramId,
        bot.username,
        bot.handler,
        bot.url,
        bot.token,
        bot.secret,
        bot.maxAttempts,
      ],
    )
    const [row] = rows
    if (!row) return undefined
    // It hears of events as a webhook endpoint does.
    await client.query(
      `insert into webhook_endpoint (operator, sealed_url, types, secret, bot)
       values ($1, $3, '{account.state,run.failed,run.finished}', '', $2)
       on conflict (bot) where bot is not null do update set removed_at = null, disabled_at = null, disabled_reason = null`,
      [bot.operator, bot.id, words(`telegram:${bot.id}`)],
    )
    await recordBot(client, {
      ...asked,
      operator: bot.operator,
      bot: bot.id,
      action: row.isNew ? 'addBot' : 'setBot',
    })
    return row.isNew ? 'added' : 'set'
  })
}

/**
 * Nothing more is taken from it or said by it; what waits or was given up is dropped, and the allow-list is empty. Returns the
 * updates that were dropped, whose workflows are to end; undefined where there is no such bot.
 */
export async function removeBot(
  database: Database,
  { id, operator }: { id: string; operator: string },
  asked: Asked,
): Promise<number[] | undefined> {
  return await inTransaction(database, async (client) => {
    const { rowCount } = await client.query(
      `update bot set removed_at = now(), token = '', secret = '' where id = $1 and operator = $2 and removed_at is null`,
      [id, operator],
    )
    if (rowCount !== 1) return undefined
    await client.query(`delete from bot_user where bot = $1`, [id])
    await client.query(`delete from bot_link_code where bot = $1`, [id])
    await client.query(
      `update telegram_progress set ended_at = now(), chat = '' where bot = $1 and ended_at is null`,
      [id],
    )
    await client.query(`update webhook_endpoint set removed_at = now() where bot = $1`, [id])
    const { rows } = await client.query<{ updateId: number }>(
      `update telegram_update set state = 'dropped', ended_at = now(), body = '', replies = null, error = null
       where bot = $1 and state in ('waiting', 'dead') returning update_id as "updateId"`,
      [id],
    )
    await recordBot(client, { ...asked, operator, bot: id, action: 'removeBot' })
    return rows.map(({ updateId }) => updateId)
  })
}

/** In the transaction of what it is about. @param user of the allow-list, where it is about one */
export async function recordBot(
  client: Queryable,
  {
    operator,
    bot,
    user,
    action,
    actor,
    via,
    requestId,
  }: Asked & { operator: string; bot: string; user?: string; action: string },
): Promise<void> {
  const subject = user === undefined ? `bot:${bot}` : `bot:${bot}/${user}`
  const id = `${subject}#${action}#${requestId}`
  await insertAudit(client, { operator, subject, action, actor, via, reason: null, requestId: id })
}
