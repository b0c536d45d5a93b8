import { LRUCache } from 'lru-cache'
import type { Access } from '../../domain/access.js'
import { aFiftieth } from '../../estimates/account-estimates.js'
import { storedEstimates } from '../../estimates/stored-estimates.js'
import { createCarillonClient, type CarillonClient, type ForAccess } from '../client.js'
import type { ClientContext } from '../context.js'

const most = 1_000

/**
 * A client for each token that is used, kept for as long as it is: what it shares between calls (identical creates, the
 * estimates) is shared between the requests of a process. All that the access says is its key, so a change of it is another.
 */
export function scopes(context: Omit<ClientContext, 'operator' | 'access'>): ForAccess {
  const estimates = storedEstimates(context.database, aFiftieth)
  const known = new LRUCache<string, CarillonClient>({ max: most })
  return ({ operatorId, name, role, accounts }, via = context.via) => {
    const key = JSON.stringify([operatorId, name, role, accounts ?? null, via ?? null])
    const access: Access = { operatorId, name, role, ...(accounts && { accounts: [...accounts] }) }
    const client =
      known.get(key) ??
      createCarillonClient({
        ...context,
        operator: operatorId,
        access,
        estimates,
        ...(via && { via }),
      })
    known.set(key, client)
    return client
  }
}
