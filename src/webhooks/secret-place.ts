import type { Place } from '../store/encryption/place.js'

/** A sealed secret opens only for its own endpoint. */
export function secretPlace(operator: string, endpointId: string): Place {
  return {
    context: [operator, 'webhook-secret', endpointId],
    what: `The secret of the webhook endpoint ${endpointId}`,
  }
}
