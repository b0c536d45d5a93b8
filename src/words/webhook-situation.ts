import type { EndpointView } from '../store/webhooks/webhooks.js'
import { relative } from './times.js'

/** Whether an endpoint takes what is sent to it, in words, and what the operator can do where it does not. */
export function webhookSituation(
  { id, disabledReason, failures, failingSince, lastFailure, nextTryAt }: EndpointView,
  now: Date,
): { isFine: boolean; text: string; remedy?: string } {
  if (disabledReason !== null)
    return { isFine: false, text: `disabled: ${disabledReason}`, remedy: `carillon webhook enable ${id}` }
  if (nextTryAt === null || failingSince === null) return { isFine: true, text: 'active' }
  const last = `${failures} tries failed in a row since ${relative(failingSince, now)}, the last with ${lastFailure}`
  return {
    isFine: false,
    text: `in back-off: ${last}; tried next ${relative(nextTryAt, now)}`,
    remedy: `mend what answers there, and see: carillon webhook test ${id} (or, to deliver at once: carillon webhook enable ${id})`,
  }
}
