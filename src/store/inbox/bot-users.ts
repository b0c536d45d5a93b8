import type { ChatRole } from '../../domain/telegram.js'
import { inTransaction, onlyRow, type Database, type Queryable } from '../database.js'
import { recordBot, type Asked, type BotUserView } from './bots.js'

/** Who may use a bot. People are found by a keyed digest of Telegram's id of them, and never by that itself. */

export type BotUser = { name: string; role: ChatRole; accounts: string[] | null }

/** A code that links one person, in place of those that are open for the same name. Returns when it is over. */
export async function insertLinkCode(
  database: Database,
  {
    digest,
    bot,
    operator,
    user,
    lastsMs,
  }: { digest: Buffer; bot: string; operator: string; user: BotUser; lastsMs: number },
  asked: Asked,
): Promise<Date> {
  return await inTransaction(database, async (client) => {
    await client.query(`delete from bot_link_code where bot = $1 and (name = $2 or expires_at <= now())`, [
      bot,
      user.name,
    ])
    const { rows } = await client.query<{ expiresAt: Date }>(
      `insert into bot_link_code (digest, bot, name, role, accounts, expires_at)
       values ($1, $2, $3, $4, $5, now() + make_interval(secs => $6::float8 / 1000)) returning expires_at as "expiresAt"`,
      [digest, bot, user.name, user.role, user.accounts, lastsMs],
    )
    await recordBot(client, { ...asked, operator, bot, user: user.name, action: 'linkBotUser' })
    return onlyRow(rows, 'bot_link_code').expiresAt
  })
}

/**
 * Links whoever has the code, which is used up by that. The name's person before, and what the same person was before, are no
 * more. Undefined where there is no such code, or it is over.
 */
export async function useLinkCode(
  db: Queryable,
  {
    digest,
    bot,
    person,
    sealChat,
    requestId,
  }: { digest: Buffer; bot: string; person: Buffer; sealChat: (name: string) => Buffer; requestId: string },
): Promise<BotUser | undefined> {
  const { rows } = await db.query<BotUser & { operator: string }>(
    `with used as (delete from bot_link_code where digest = $1 and bot = $2 and expires_at > now()
       returning name, role, accounts)
     select used.*, b.operator from used join bot b on b.id = $2 and b.removed_at is null`,
    [digest, bot],
  )
  const [row] = rows
  if (!row) return undefined
  const { operator, ...user } = row
  await db.query(`delete from bot_user where bot = $1 and (name = $2 or digest = $3)`, [
    bot,
    user.name,
    person,
  ])
  await db.query(
    `insert into bot_user (bot, name, digest, chat, role, accounts) values ($1, $2, $3, $4, $5, $6)`,
    [bot, user.name, person, sealChat(user.name), user.role, user.accounts],
  )
  await recordBot(db, {
    actor: `${operator}/${bot}:${user.name}`,
    operator,
    bot,
    user: user.name,
    action: 'botUserLinked',
    via: 'chat',
    requestId,
  })
  return user
}

export async function findBotUser(
  db: Queryable,
  { bot, person }: { bot: string; person: Buffer },
): Promise<BotUser | undefined> {
  const { rows } = await db.query<BotUser>(
    `select name, role, accounts from bot_user where bot = $1 and digest = $2`,
    [bot, person],
  )
  return rows[0]
}

/** Those who are alerted, with their chats, sealed. */
export async function listBotChats(
  db: Queryable,
  bot: string,
): Promise<(Pick<BotUserView, 'name' | 'accounts'> & { chat: Buffer })[]> {
  const { rows } = await db.query<Pick<BotUserView, 'name' | 'accounts'> & { chat: Buffer }>(
    `select name, accounts, chat from bot_user where bot = $1 order by name`,
    [bot],
  )
  return rows
}

/** A code that is open for the name is void, too. Returns whether there was either. */
export async function deleteBotUser(
  database: Database,
  { bot, operator, name }: { bot: string; operator: string; name: string },
  asked: Asked,
): Promise<boolean> {
  return await inTransaction(database, async (client) => {
    const codes = await client.query(`delete from bot_link_code where bot = $1 and name = $2`, [bot, name])
    const users = await client.query(`delete from bot_user where bot = $1 and name = $2`, [bot, name])
    if ((codes.rowCount ?? 0) + (users.rowCount ?? 0) === 0) return false
    await recordBot(client, { ...asked, operator, bot, user: name, action: 'unlinkBotUser' })
    return true
  })
}
