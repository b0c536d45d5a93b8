import type { Queryable } from '../../src/store/database.js'

/** What was handled, as it was: a row each time, and nothing that would refuse a second one. */

export async function createEffects(db: Queryable): Promise<void> {
  await db.query(
    `create table storm_effect (id bigint generated always as identity, update_id bigint not null, chat bigint not null)`,
  )
}

export async function writeEffect(db: Queryable, update: { updateId: number; chat: number }): Promise<void> {
  await db.query(`insert into storm_effect (update_id, chat) values ($1, $2)`, [update.updateId, update.chat])
}

export async function countHandled(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(distinct update_id) as count from storm_effect`,
  )
  return rows[0]?.count ?? 0
}

/** The updates of each chat, in the order in which they were handled. */
export async function readEffects(db: Queryable): Promise<Map<number, number[]>> {
  const { rows } = await db.query<{ chat: number; updates: number[] }>(
    `select chat, json_agg(update_id order by id) as updates from storm_effect group by chat`,
  )
  return new Map(rows.map(({ chat, updates }) => [chat, updates]))
}
