import { listKnownAccounts } from '../../store/views/accounts.js'
import { findGroupsRead, listGroups } from '../../store/views/groups.js'
import type { ClientContext } from '../context.js'
import type { InputContext } from './field-reading.js'

/** What an operator's input is read against now. */
export async function inputContext(
  { database, operator, readMedia }: ClientContext,
  { now, folder }: { now: Date; folder: string | undefined },
): Promise<InputContext> {
  return {
    now,
    folder: folder ?? process.cwd(),
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    accounts: await listKnownAccounts(database, operator),
    ...(readMedia && { readMedia }),
    groupsOf: async (accountId) => {
      const read = await findGroupsRead(database, accountId)
      return { groups: await listGroups(database, accountId), wereRead: (read?.readAt ?? null) !== null }
    },
  }
}
