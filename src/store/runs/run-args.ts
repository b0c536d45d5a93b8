import type { StoredRunArgs } from '../../protocol/workflows.js'
import { spellInstant } from '../../domain/hours/zone.js'

/** Of `run r join definition d using (digest)`. */
export const runArgsColumns = `r.id as "runId", r.operator, r.dedupe_key as "dedupeKey", r.account_id as "accountId",
    r.digest, r.scheduled_at as "scheduledAt", coalesce(r.deadline, r.scheduled_at) as deadline, r.priority,
    d.group_concurrency as "groupConcurrency"`

export type RunArgsRow = Omit<StoredRunArgs, 'scheduledAt' | 'deadline'> & {
  scheduledAt: Date
  deadline: Date
}

export function spellRunArgs<Row extends RunArgsRow>(
  row: Row,
): Omit<Row, 'scheduledAt' | 'deadline'> & StoredRunArgs {
  return { ...row, scheduledAt: spellInstant(row.scheduledAt), deadline: spellInstant(row.deadline) }
}
