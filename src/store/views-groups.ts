import type { Queryable } from './database.js'

export type KnownGroup = { jid: string; subject: string; participants: number; fetchedAt: Date }

/** The groups that the account was in when it last looked, by name. */
export async function listGroups(db: Queryable, accountId: string): Promise<KnownGroup[]> {
  const { rows } = await db.query<KnownGroup>(
    `select jid, subject, participants, fetched_at as "fetchedAt"
     from account_group where account_id = $1 order by lower(subject), jid`,
    [accountId],
  )
  return rows
}
