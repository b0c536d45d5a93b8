import type { Access } from '../../domain/access.js'
import type { TokenHolder } from '../../store/operators/tokens.js'

/** Who makes a request. `forOperator` of the client takes it as it is. */
export type Caller = Access & { tokenId: string }

export function callerOf({
  operatorId,
  tokenId,
  name,
  role,
  accounts,
}: Omit<TokenHolder, 'isStale'>): Caller {
  return { operatorId, tokenId, name, role, ...(accounts !== null && { accounts }) }
}
