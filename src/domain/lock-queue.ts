export type LockHolder = {
  runId: string
  /** Fences: a grant to the next holder has a higher one. */
  token: number
  /** An instant in UTC. */
  since: string
}

/** Whom the lock went to, and who must be told. `runs`: its row says already that it does. */
export type LockGrant = { runId: string; token: number; runs: boolean }

/**
 * A run that waits for the account's lock. Its place: higher priority first, then the earlier scheduled time, then the
 * one that came first.
 */
export type LockRequest = { runId: string; priority: number; scheduledAt: string }
