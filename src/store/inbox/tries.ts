import type { UpdateKey } from '../../domain/telegram.js'
import type { UpdateState } from '../../domain/telegram.js'
import type { UpdateTurn } from '../../protocol/payloads.js'
import { inTransaction, onlyRow, type Database, type Queryable } from '../database.js'

/** The first of the chat of the update ($1, $2) that is not over. */
const head = `(select h.update_id from telegram_update h
    where h.bot = $1 and h.state = 'waiting'
      and h.chat = (select chat from telegram_update where bot = $1 and update_id = $2)
    order by h.arrival limit 1)`

/** What is to be done about it. Of a row that is gone, and was over long ago, nothing. */
export async function turnOf(db: Queryable, { bot, updateId }: UpdateKey): Promise<UpdateTurn> {
  const { rows } = await db.query<{ state: UpdateState; head: number | null }>(
    `select u.state, case when u.state = 'waiting' then ${head} end as head
     from telegram_update u where u.bot = $1 and u.update_id = $2`,
    [bot, updateId],
  )
  const [row] = rows
  switch (row?.state) {
    case undefined:
      return { kind: 'ended', end: 'dropped' }
    case 'waiting':
      return { kind: row?.head === updateId ? 'go' : 'behind' }
    case 'dead':
      return { kind: 'dead' }
    case 'done':
    case 'dropped':
      return { kind: 'ended', end: row?.state === 'done' ? 'done' : 'dropped' }
  }
}

/** One try that has begun. Everything sealed is as it is stored. */
export type BegunTry = {
  operator: string
  handler: string
  token: Buffer
  maxAttempts: number
  /** The newest try alone may write what came of it. */
  try: number
  /** Tries that failed before. */
  attempts: number
  /** Tries that were begun and did not end, with this one. */
  unfinished: number
  body: Buffer
  /** What its handler answered in an earlier try. */
  replies: Buffer | null
  sent: number
}

/** Undefined where it is not its turn: see `turnOf`. */
export async function beginTry(db: Queryable, { bot, updateId }: UpdateKey): Promise<BegunTry | undefined> {
  const { rows } = await db.query<BegunTry>(
    `update telegram_update u
     set try = u.try + 1, unfinished = u.unfinished + 1, last_at = now(), next_at = null
     from bot b
     where u.bot = $1 and u.update_id = $2 and u.state = 'waiting' and b.id = u.bot and u.update_id = ${head}
     returning b.operator, b.handler, b.token, b.max_attempts as "maxAttempts", u.try, u.attempts, u.unfinished, u.body,
       u.replies, u.sent`,
    [bot, updateId],
  )
  return rows[0]
}

/** One try of one update: what it writes is refused once there is another. */
export type Try = UpdateKey & { try: number }

const ofTry = `bot = $1 and update_id = $2 and try = $3 and state = 'waiting'`

/** A newer try has begun, or its bot was removed: this one has nothing to say any more. */
export class TryOvertaken extends Error {
  override name = 'TryOvertaken'
}

/**
 * The handler has answered: what it wants written is written with that, and so is done once.
 * @param commit writes it, and returns what is to be sent, sealed
 * @throws TryOvertaken and nothing is written
 */
export async function recordHandled(
  database: Database,
  { bot, updateId, try: number }: Try,
  commit: (db: Queryable) => Promise<Buffer>,
): Promise<void> {
  await inTransaction(database, async (client) => {
    const { rowCount } = await client.query(
      `select from telegram_update where ${ofTry} and replies is null for no key update`,
      [bot, updateId, number],
    )
    if (rowCount !== 1) throw new TryOvertaken()
    const replies = await commit(client)
    await client.query(`update telegram_update set replies = $4 where ${ofTry}`, [
      bot,
      updateId,
      number,
      replies,
    ])
  })
}

/** @throws TryOvertaken */
export async function recordSent(db: Queryable, { bot, updateId, try: number }: Try): Promise<void> {
  const { rowCount } = await db.query(`update telegram_update set sent = sent + 1 where ${ofTry}`, [
    bot,
    updateId,
    number,
  ])
  if (rowCount !== 1) throw new TryOvertaken()
}

/** What it said is forgotten. Nothing where a newer try has begun. */
export async function recordDone(db: Queryable, { bot, updateId, try: number }: Try): Promise<void> {
  await db.query(
    `update telegram_update
     set state = 'done', ended_at = now(), body = '', replies = null, error = null, unfinished = unfinished - 1
     where ${ofTry}`,
    [bot, updateId, number],
  )
}

/** One that failed; with no more to come it is dead. Undefined where a newer try has begun. */
export async function recordFailed(
  db: Queryable,
  { bot, updateId, try: number }: Try,
  { error, isLast, afterMs }: { error: Buffer; isLast: boolean; afterMs: number },
): Promise<{ attempts: number } | undefined> {
  const { rows } = await db.query<{ attempts: number }>(
    `update telegram_update
     set attempts = attempts + 1, unfinished = unfinished - 1, error = $4,
         state = case when $5 then 'dead' else 'waiting' end, ended_at = case when $5 then now() end,
         next_at = case when not $5 then now() + make_interval(secs => $6::float8 / 1000) end
     where ${ofTry} returning attempts`,
    [bot, updateId, number, error, isLast, afterMs],
  )
  return rows[0]
}

/** Telegram wants a pause: that is no failure of the update. */
export async function recordPause(
  db: Queryable,
  { bot, updateId, try: number }: Try,
  { afterMs }: { afterMs: number },
): Promise<void> {
  await db.query(
    `update telegram_update
     set unfinished = unfinished - 1, next_at = now() + make_interval(secs => $4::float8 / 1000) where ${ofTry}`,
    [bot, updateId, number, afterMs],
  )
}

/** As if it had not begun: what was missing is not of the update. */
export async function takeBackTry(db: Queryable, { bot, updateId, try: number }: Try): Promise<void> {
  await db.query(`update telegram_update set unfinished = unfinished - 1 where ${ofTry}`, [
    bot,
    updateId,
    number,
  ])
}

/** Whose turn it is in the chat of this one now that it is over. */
export async function nextInChat(
  db: Queryable,
  { bot, updateId }: UpdateKey,
): Promise<UpdateKey | undefined> {
  const { rows } = await db.query<{ updateId: number | null }>(`select ${head} as "updateId"`, [
    bot,
    updateId,
  ])
  const { updateId: next } = onlyRow(rows, 'head of a chat')
  return next === null ? undefined : { bot, updateId: next }
}
