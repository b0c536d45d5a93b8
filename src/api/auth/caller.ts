import type { Caller } from '../caller.js'
import type { TokenHolder } from '../../store/operators/tokens.js'

export function callerOf({
  operatorId,
  tokenId,
  name,
  role,
  accounts,
}: Omit<TokenHolder, 'isStale'>): Caller {
  return { operatorId, tokenId, name, role, ...(accounts !== null && { accounts }) }
}
