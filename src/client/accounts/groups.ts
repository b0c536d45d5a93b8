import { findGroupsRead, listGroups, type GroupsRead, type KnownGroup } from '../../store/views/groups.js'
import type { Accounts } from './accounts.js'
import type { ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'
import { refreshGroups } from './refresh-groups.js'
import { say } from '../../domain/sentences/say.js'

export type Groups = {
  /**
   * The groups that the account was in when it last looked, by name.
   * @throws CarillonError `not_found`
   */
  list(accountId: string): Promise<KnownGroup[]>
  /**
   * Reads them from WhatsApp anew, now, and returns them.
   * @throws CarillonError `not_found`; `not_ready` where the account has no session or WhatsApp does not list them
   */
  refresh(accountId: string): Promise<KnownGroup[]>
  /**
   * How they were read as a whole.
   * @throws CarillonError `not_found`
   */
  read(accountId: string): Promise<GroupsRead>
}

export function createGroups(context: ClientContext, accounts: Accounts): Groups {
  const { database } = context
  async function read(accountId: string): Promise<GroupsRead> {
    await accounts.show(accountId)
    const found = await findGroupsRead(database, accountId)
    if (found === undefined) throw new CarillonError('not_found', say('noAccount', { account: accountId }))
    return found
  }

  return {
    read,
    refresh: async (accountId) => {
      await refreshGroups(context, await accounts.show(accountId))
      return await listGroups(database, accountId)
    },
    list: async (accountId) => {
      await accounts.show(accountId)
      return await listGroups(database, accountId)
    },
  }
}
