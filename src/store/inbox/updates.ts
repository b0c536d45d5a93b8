import type { UpdateKey, UpdateState } from '../../domain/telegram.js'
import { onlyRow, type Queryable } from '../database.js'
import { toPage, type Page } from '../page.js'

/** Returns its state: one that is there already, in whatever state, stays as it is. */
export async function acceptUpdate(
  db: Queryable,
  { bot, updateId, chat, kind, body }: UpdateKey & { chat: Buffer; kind: string; body: Buffer },
): Promise<UpdateState> {
  const { rows } = await db.query<{ state: UpdateState }>(
    `select accept_telegram_update($1, $2, $3, $4, $5) as state`,
    [bot, updateId, chat, kind, body],
  )
  return onlyRow(rows, 'telegram_update').state
}

/** An update without what it says. */
export type UpdateView = UpdateKey & {
  /** Telegram's word for what it is: `message`. */
  kind: string
  state: UpdateState
  /** Tries that failed. */
  attempts: number
  arrivedAt: Date
  lastAt: Date | null
  /** When it is tried again; null where it waits for its turn, is being tried, or is over. */
  nextAt: Date | null
  endedAt: Date | null
}

/** With what is sealed of it; null where it is none any more. */
export type SealedUpdate = UpdateView & { body: Buffer | null; error: Buffer | null }

const columns = `u.bot, u.update_id as "updateId", u.kind, u.state, u.attempts, u.arrived_at as "arrivedAt",
  u.last_at as "lastAt", u.next_at as "nextAt", u.ended_at as "endedAt"`

export type UpdateQuery = {
  operator: string
  bot?: string
  states: readonly UpdateState[]
  limit: number
  /** The place in the order of arrival of the last row seen. */
  after?: string
}

/** The latest first: as many of each bot and state as a page holds, from the index of those, and of them the page. */
export async function listUpdates(
  db: Queryable,
  { operator, bot, states, limit, after }: UpdateQuery,
): Promise<Page<UpdateView>> {
  const { rows } = await db.query<UpdateView & { arrival: string }>(
    `select ${columns}, u.arrival::text as arrival
     from bot b cross join unnest($3::text[]) as wanted (state) cross join lateral (
       select * from telegram_update
       where bot = b.id and state = wanted.state and ($5::bigint is null or arrival < $5)
       order by arrival desc limit $4) u
     where b.operator = $1 and b.removed_at is null and ($2::text is null or b.id = $2)
     order by u.arrival desc limit $4`,
    [operator, bot ?? null, states, limit + 1, after ?? null],
  )
  return toPage(rows, {
    limit,
    item: ({ arrival: _arrival, ...view }) => view,
    cursor: ({ arrival }) => [arrival],
  })
}

export async function findUpdate(
  db: Queryable,
  { operator, bot, updateId }: UpdateKey & { operator: string },
): Promise<SealedUpdate | undefined> {
  const { rows } = await db.query<SealedUpdate>(
    `select ${columns}, nullif(u.body, '') as body, u.error
     from telegram_update u join bot b on b.id = u.bot
     where u.bot = $2 and u.update_id = $3 and b.operator = $1 and b.removed_at is null`,
    [operator, bot, updateId],
  )
  return rows[0]
}

/** In the order in which they came, so many at most. */
export async function deadUpdates(
  db: Queryable,
  { operator, bot, limit }: { operator: string; bot?: string; limit: number },
): Promise<UpdateKey[]> {
  const { rows } = await db.query<UpdateKey>(
    `select u.bot, u.update_id as "updateId" from bot b cross join lateral (
       select bot, update_id, arrival from telegram_update where bot = b.id and state = 'dead' order by arrival limit $3) u
     where b.operator = $1 and b.removed_at is null and ($2::text is null or b.id = $2)
     order by u.arrival limit $3`,
    [operator, bot ?? null, limit],
  )
  return rows
}

/** One that ought to have a workflow by now. */
export type WaitingUpdate = UpdateKey & {
  /** It is the first of its chat, and no time is set for it: its workflow has it tried, or was not told that it may. */
  isItsTurn: boolean
}

/** A page of them, by key. */
export async function waitingUpdates(
  db: Queryable,
  { after, limit, operator }: { after: UpdateKey | undefined; limit: number; operator: string | undefined },
): Promise<WaitingUpdate[]> {
  const { rows } = await db.query<WaitingUpdate>(
    `select u.bot, u.update_id as "updateId",
       (u.next_at is null or u.next_at < now()) and u.arrival = (select h.arrival from telegram_update h
          where h.bot = u.bot and h.chat = u.chat and h.state = 'waiting' order by h.arrival limit 1) as "isItsTurn"
     from telegram_update u
     where u.state = 'waiting' and (u.bot, u.update_id) > ($1, $2) and u.arrived_at < now() - interval '10 seconds'
       ${operator === undefined ? '' : 'and u.bot in (select id from bot where operator = $4)'}
     order by u.bot, u.update_id limit $3`,
    [after?.bot ?? '', after?.updateId ?? -1, limit, ...(operator === undefined ? [] : [operator])],
  )
  return rows
}

/** Which of these nobody waits for any more: their row is over, or gone. Of the bots of one operator, or of all. */
export async function updatesThatAreOver(
  db: Queryable,
  { updates, operator }: { updates: readonly UpdateKey[]; operator: string | undefined },
): Promise<UpdateKey[]> {
  const { rows } = await db.query<UpdateKey>(
    `select o.bot, o.update_id as "updateId"
     from unnest($1::text[], $2::bigint[]) as o (bot, update_id) join bot b on b.id = o.bot
     where ($3::text is null or b.operator = $3) and not exists (select from telegram_update u
       where u.bot = o.bot and u.update_id = o.update_id and u.state in ('waiting', 'dead'))`,
    [updates.map(({ bot }) => bot), updates.map(({ updateId }) => updateId), operator ?? null],
  )
  return rows
}

/** It was handled in a time that a backup does not know of. Returns whether it still waits. */
export async function recordDoneBefore(db: Queryable, { bot, updateId }: UpdateKey): Promise<boolean> {
  const { rowCount } = await db.query(
    `update telegram_update set state = 'done', ended_at = now(), body = '', replies = null, error = null, next_at = null
     where bot = $1 and update_id = $2 and state = 'waiting'`,
    [bot, updateId],
  )
  return rowCount === 1
}

/** Those that were done or dropped longer ago than that, a batch of them. Dead ones stay until somebody has looked. */
export async function purgeUpdates(
  db: Queryable,
  { days, limit }: { days: number; limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from telegram_update where ctid = any (array(
       select ctid from telegram_update where state in ('done', 'dropped') and ended_at < now() - make_interval(days => $1)
       order by ended_at limit $2))`,
    [days, limit],
  )
  return rowCount ?? 0
}
