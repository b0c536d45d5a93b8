import type { Queryable } from './database.js'

/** An activity that fails again and again, and so holds its workflow up. */
export type Trouble = { workflowId: string; activity: string; attempt: number; error: string }

// Retries are half a minute apart at most: what was not renewed for longer is over, or its worker is.
const renewedWithin = `interval '5 minutes'`

export async function noteTrouble(db: Queryable, trouble: Trouble): Promise<void> {
  await db.query(
    `with old as (delete from trouble where at < now() - interval '1 day' and workflow_id <> $1)
     insert into trouble (workflow_id, activity, attempt, error) values ($1, $2, $3, $4)
     on conflict (workflow_id, activity) do update set attempt = $3, error = $4, at = now(),
       since = case when trouble.at < now() - ${renewedWithin} then now() else trouble.since end`,
    [trouble.workflowId, trouble.activity, trouble.attempt, trouble.error],
  )
}

export async function endTrouble(
  db: Queryable,
  { workflowId, activity }: Pick<Trouble, 'workflowId' | 'activity'>,
): Promise<void> {
  await db.query(`delete from trouble where workflow_id = $1 and activity = $2`, [workflowId, activity])
}

/** The activities in trouble, the longest first. */
export async function listTrouble(db: Queryable, limit: number): Promise<(Trouble & { since: Date })[]> {
  const { rows } = await db.query<Trouble & { since: Date }>(
    `select workflow_id as "workflowId", activity, attempt, error, since from trouble
     where at > now() - ${renewedWithin} order by since limit $1`,
    [limit],
  )
  return rows
}

export async function countTrouble(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(distinct workflow_id)::int as count from trouble where at > now() - ${renewedWithin}`,
  )
  return rows[0]?.count ?? 0
}
