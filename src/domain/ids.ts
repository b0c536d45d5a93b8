/**
 * WorkflowIds and task queues. They are made of the operator's name, the caller's dedupe key, times, ordinals and
 * account ids only: Temporal stores them unencrypted, so no text, phone number or group name may be in one.
 */

/**
 * A dedupe key that contains neither `@` nor `#` keeps the ids below readable from both ends. Temporal on Postgres
 * keeps an id of 255 characters at most, and hangs on a longer one: with a key of 160, the longest below has 232.
 */
export const dedupeKeyPattern = /^[A-Za-z0-9][A-Za-z0-9._~:+=/-]{0,159}$/
export const accountIdPattern = /^[a-z0-9][a-z0-9-]{0,39}$/
export const operatorPattern = accountIdPattern

export const mainTaskQueue = 'carillon'
export const sessionsTaskQueue = 'sessions'

export function reminderWorkflowId(operator: string, dedupeKey: string): string {
  return `reminder:${operator}/${dedupeKey}`
}

/** @param scheduledAt the occurrence, as an ISO 8601 instant in UTC, e.g. `2026-11-24T06:00:00Z` */
export function runWorkflowId(operator: string, dedupeKey: string, scheduledAt: string): string {
  return `run:${operator}/${dedupeKey}@${scheduledAt}`
}

/** The key in either of these ids: what is after the operator, and before the time of a run. */
export function reminderKeyOf(workflowId: string): string {
  const [key = ''] = workflowId.slice(workflowId.indexOf('/') + 1).split('@')
  return key
}

export function groupDeliveryWorkflowId(runId: string, ordinal: number): string {
  return `${runId}#${ordinal}`
}

export function lockWorkflowId(accountId: string): string {
  return `lock:${accountId}`
}

export function sessionWorkflowId(accountId: string): string {
  return `session:${accountId}`
}

export function groupsRefreshWorkflowId(accountId: string): string {
  return `groups:${accountId}`
}

/** The queue of the process that owns the account's session: every send of the account is scheduled on it. */
export function accountTaskQueue(accountId: string): string {
  return `account:${accountId}`
}
