import type { BotUser } from './bot-users.js'
import type { Queryable } from '../database.js'

/** One that is there already stays as it is. */
export async function insertProgress(
  db: Queryable,
  { id, bot, runId, user, chat }: { id: string; bot: string; runId: string; user: string; chat: Buffer },
): Promise<void> {
  await db.query(
    `insert into telegram_progress (id, bot, run_id, user_name, chat) values ($1, $2, $3, $4, $5) on conflict (id) do nothing`,
    [id, bot, runId, user, chat],
  )
}

export type ProgressMessage = {
  bot: string
  operator: string
  token: Buffer
  runId: string
  user: BotUser
  chat: Buffer
  messageId: number | null
  digest: Buffer | null
}

/** Undefined where it is over, its bot was removed, or the person was unlinked. */
export async function findProgress(db: Queryable, id: string): Promise<ProgressMessage | undefined> {
  const { rows } = await db.query<Omit<ProgressMessage, 'user'> & BotUser>(
    `select p.bot, b.operator, b.token, p.run_id as "runId", p.chat, p.message_id as "messageId", p.digest,
       u.name, u.role, u.accounts
     from telegram_progress p join bot b on b.id = p.bot and b.removed_at is null
       join bot_user u on u.bot = p.bot and u.name = p.user_name
     where p.id = $1 and p.ended_at is null`,
    [id],
  )
  const [row] = rows
  if (!row) return undefined
  const { name, role, accounts, ...message } = row
  return { ...message, user: { name, role, accounts } }
}

export async function recordShown(
  db: Queryable,
  { id, messageId, digest }: { id: string; messageId: number; digest: Buffer },
): Promise<void> {
  await db.query(`update telegram_progress set message_id = $2, digest = $3 where id = $1`, [
    id,
    messageId,
    digest,
  ])
}

/** Where it was is forgotten. */
export async function endProgress(db: Queryable, id: string): Promise<void> {
  await db.query(
    `update telegram_progress set ended_at = now(), chat = '' where id = $1 and ended_at is null`,
    [id],
  )
}

/** Those that ended longer ago than that, a batch of them. */
export async function purgeProgress(
  db: Queryable,
  { days, limit }: { days: number; limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from telegram_progress where ctid = any (array(
       select ctid from telegram_progress where ended_at < now() - make_interval(days => $1) order by ended_at limit $2))`,
    [days, limit],
  )
  return rowCount ?? 0
}
