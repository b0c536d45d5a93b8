import { groupsFailureText } from '../domain/groups-failure.js'
import { say } from '../domain/sentences/say.js'
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
  const failed = failure === null ? undefined : groupsFailureText(failure)
  const remedy = say('doctorRefreshGroups', { account: accountId, at: retryAt?.toISOString() })
  if (readAt === null)
    return bad(
      name,
      say('doctorGroupsNotRead', {
        account: accountId,
        groups,
        failed,
        waiting: waitingRuns === 0 ? undefined : waitingRuns,
      }),
      remedy,
    )
  if (failingSince !== null)
    return bad(
      name,
      say('doctorGroupsUnreadable', { account: accountId, since: failingSince.toISOString(), failed }),
      remedy,
    )
  const at = readAt.toISOString()
  return ok(
    name,
    groups === 0
      ? say('doctorInNoGroups', { account: accountId, at })
      : say('doctorInGroups', { account: accountId, groups, at }),
  )
}
