import type { Queryable } from './database.js'

/** The rules of time zones, such as `2026f`, and how many workers compute with them. */
export type ZoneDataInUse = { version: string; workers: number }

// Renewed each minute: a worker that was not seen for so long has gone, or is too late to count.
const seenWithin = `interval '3 minutes'`

export async function noteZoneData(
  db: Queryable,
  { owner, version }: { owner: string; version: string },
): Promise<void> {
  await db.query(
    `with old as (delete from worker_zone_data where at < now() - interval '1 day' and owner <> $1)
     insert into worker_zone_data (owner, version) values ($1, $2)
     on conflict (owner) do update set version = $2, at = now()`,
    [owner, version],
  )
}

/** The versions of the workers that were seen lately: one row where they agree. */
export async function zoneDataInUse(db: Queryable): Promise<ZoneDataInUse[]> {
  const { rows } = await db.query<ZoneDataInUse>(
    `select version, count(*)::int as workers from worker_zone_data where at > now() - ${seenWithin}
     group by version order by version`,
  )
  return rows
}
