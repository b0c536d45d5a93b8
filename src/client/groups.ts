import { listGroups, type KnownGroup } from '../store/views-groups.js'
import type { Accounts } from './accounts.js'
import type { ClientContext } from './context.js'

export type Groups = {
  /**
   * The groups that the account was in when it last looked, by name.
   * @throws CarillonError `not_found`
   */
  list(accountId: string): Promise<KnownGroup[]>
}

export function createGroups({ database }: ClientContext, accounts: Accounts): Groups {
  return {
    list: async (accountId) => {
      await accounts.show(accountId)
      return await listGroups(database, accountId)
    },
  }
}
