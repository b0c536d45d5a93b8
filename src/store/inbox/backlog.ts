import type { Queryable } from '../database.js'

/** What is not handled of the updates of one bot. */
export type UpdateBacklog = {
  bot: string
  /** Updates that wait for their turn or their next try, and those that were given up; not counted beyond `countedUpdates`. */
  waiting: number
  dead: number
  /** How long ago the oldest that waits has come; 0 where none does. */
  oldestSeconds: number
}

export const countedUpdates = 10_000

/** Of the bots of one operator, or of all. */
export async function updateBacklogs(db: Queryable, operator?: string): Promise<UpdateBacklog[]> {
  const { rows } = await db.query<UpdateBacklog>(
    `select b.id as bot, w.waiting, d.dead, w."oldestSeconds"
     from bot b
     cross join lateral (
       select count(*) as waiting, coalesce(greatest(0, extract(epoch from now() - min(arrived_at))), 0)::float8 as "oldestSeconds"
       from (select arrived_at from telegram_update where bot = b.id and state = 'waiting'
             order by arrived_at limit ${countedUpdates}) its) w
     cross join lateral (
       select count(*) as dead
       from (select from telegram_update where bot = b.id and state = 'dead' limit ${countedUpdates}) its) d
     where b.removed_at is null ${operator === undefined ? '' : 'and b.operator = $1'} order by b.id`,
    operator === undefined ? [] : [operator],
  )
  return rows
}
