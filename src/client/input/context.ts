import { listKnownAccounts } from '../../store/views/accounts.js'
import { findGroupsRead, listGroups } from '../../store/views/groups.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import type { InputContext } from './field-reading.js'

/** What an operator's input is read against now. */
export async function inputContext(
  context: ClientContext,
  { now, folder }: { now: Date; folder: string | undefined },
): Promise<InputContext> {
  const { database, operator } = context
  const accounts = await listKnownAccounts(database, operator)
  return {
    now,
    folder: folder ?? process.cwd(),
    zone: localZone(),
    accounts: accounts.filter(({ id }) => maySeeAccount(context, id)),
    ...(context.readMedia && { readMedia: context.readMedia }),
    groupsOf: async (accountId) => {
      const read = await findGroupsRead(database, accountId)
      return { groups: await listGroups(database, accountId), wereRead: (read?.readAt ?? null) !== null }
    },
  }
}

/** Of the machine that this runs on: that of all times where none is given. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}
