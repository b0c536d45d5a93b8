import { inOrderOfNames, type CannotPost } from '../../domain/groups.js'
import { groupsNotRead } from '../../domain/states.js'
import { subjectIndex } from '../accounts/groups.js'
import { sealingOf, type Queryable } from '../database.js'

export type KnownGroup = {
  jid: string
  subject: string
  participants: number
  /** Why the account may not write to it: an audience of all groups is without it. */
  cannotPost: CannotPost | null
  fetchedAt: Date
}

/** The groups that the account was in when it last looked, by name. Their names are opened here, and no order of Postgres has them. */
export async function listGroups(db: Queryable, accountId: string): Promise<KnownGroup[]> {
  const { rows } = await db.query<KnownGroup>(
    `select jid, subject, participants, cannot_post as "cannotPost", fetched_at as "fetchedAt"
     from account_group where account_id = $1`,
    [accountId],
  )
  return rows.toSorted(inOrderOfNames)
}

/**
 * Those of these names and JIDs: a name finds all that people take for the same. Beside them are those of before names had an index,
 * until a rotation has given them one.
 */
export async function findGroups(
  db: Queryable,
  { accountId, names, jids }: { accountId: string; names: readonly string[]; jids: readonly string[] },
): Promise<KnownGroup[]> {
  const sealing = await sealingOf(db)
  const { rows } = await db.query<KnownGroup>(
    `select jid, subject, participants, cannot_post as "cannotPost", fetched_at as "fetchedAt"
     from account_group where account_id = $1 and (subject_index = any ($2) or jid = any ($3) or subject_index is null)`,
    [accountId, names.map((subject) => subjectIndex(sealing, { accountId, subject })), jids],
  )
  return rows.toSorted(inOrderOfNames)
}

/** How the groups of an account were read from WhatsApp, as a whole. */
export type GroupsRead = {
  accountId: string
  isConnected: boolean
  groups: number
  /** Null before the first whole read since the device was linked. */
  readAt: Date | null
  /** Why they can't be read anew, since when, and when it is tried next; null where the last read was answered. */
  failure: string | null
  failingSince: Date | null
  retryAt: Date | null
}

const readColumns = `a.id as "accountId", a.state = 'connected' as "isConnected", a.groups_read_at as "readAt",
  a.groups_failure as failure, a.groups_failing_since as "failingSince", a.groups_retry_at as "retryAt",
  (select count(*) from account_group g where g.account_id = a.id) as groups`

/** With how many runs wait for them. */
export async function listGroupsRead(
  db: Queryable,
  operator: string,
): Promise<(GroupsRead & { waitingRuns: number })[]> {
  const { rows } = await db.query<GroupsRead & { waitingRuns: number }>(
    `select ${readColumns}, (select count(*) from run r
       where r.account_id = a.id and r.finished_at is null and r.reason = $2) as "waitingRuns"
     from account a where a.operator = $1 order by a.id`,
    [operator, groupsNotRead],
  )
  return rows
}

export async function findGroupsRead(db: Queryable, accountId: string): Promise<GroupsRead | undefined> {
  const { rows } = await db.query<GroupsRead>(`select ${readColumns} from account a where a.id = $1`, [
    accountId,
  ])
  return rows[0]
}
