import { groupsFailureText } from '../domain/groups-failure.js'
import type { Database } from '../store/database.js'
import { listGroupsRead } from '../store/views/groups.js'
import { bad, ok, type Check } from './check.js'

/** Of each account that is connected: whether its groups are known. One that is not has a line of its own. */
export async function checkGroups(database: Database, operator: string): Promise<Check[]> {
  const accounts = await listGroupsRead(database, operator)
  return accounts.filter(({ isConnected }) => isConnected).map(checkRead)
}

type Read = Awaited<ReturnType<typeof listGroupsRead>>[number]

export function checkRead({
  accountId,
  groups,
  readAt,
  failure,
  failingSince,
  retryAt,
  waitingRuns,
}: Read): Check {
  const name = 'Groups'
  const count = groups === 1 ? '1 group' : `${groups} groups`
  const why = failure === null ? '' : `: ${groupsFailureText(failure)}`
  const next = retryAt === null ? '' : `it is tried again at ${retryAt.toISOString()}; `
  const waiting = waitingRuns === 0 ? '' : ` (${waitingRuns} now)`
  const remedy = `${next}at once with \`carillon groups refresh ${accountId}\``
  if (readAt === null)
    return bad(
      name,
      `those of '${accountId}' were not read yet (${count} known)${why}. Runs to all groups wait${waiting}`,
      remedy,
    )
  if (failingSince !== null)
    return bad(
      name,
      `those of '${accountId}' can't be read since ${failingSince.toISOString()}${why}`,
      remedy,
    )
  return ok(name, `'${accountId}' is in ${groups === 0 ? 'no groups' : count}, read ${readAt.toISOString()}`)
}
