export type LockHolder = {
  runId: string
  /** Fences: a grant to the next holder has a higher one. */
  token: number
  /** An instant in UTC. */
  since: string
}

/**
 * The order of the account's queue: higher priority first, then the earlier scheduled time. Equal ones keep the order
 * in which they came (the sort is stable).
 */
export function compareLockRequests(
  a: { priority: number; scheduledAt: string },
  b: { priority: number; scheduledAt: string },
): number {
  return b.priority - a.priority || Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt)
}
