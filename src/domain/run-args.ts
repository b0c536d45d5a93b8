/** What a run is started with; its row has it all, so Temporal need not remember it. */
export type StoredRunArgs = {
  runId: string
  operator: string
  dedupeKey: string
  accountId: string
  digest: string
  /** An instant in UTC. */
  scheduledAt: string
  /** An instant in UTC after which nothing more is sent. */
  deadline: string
  priority: number
  groupConcurrency: number
}
