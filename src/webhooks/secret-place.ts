import type { Place } from '../store/encryption/cipher.js'

/** A sealed secret opens only for its own endpoint. */
export function secretPlace(operator: string, endpointId: string): Place {
  return {
    accountId: operator,
    category: 'webhook-secret',
    id: endpointId,
    what: `The secrets of webhook endpoints (${endpointId})`,
  }
}
