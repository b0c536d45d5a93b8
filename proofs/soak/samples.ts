import {
  groupDeliveryWorkflowId,
  lockWorkflowId,
  reminderWorkflowId,
  sessionWorkflowId,
} from '../../src/domain/ids.js'
import { WorkflowNotFoundError } from '@temporalio/client'
import type { CampaignAccount } from '../shared/scene.js'
import { operator, type CampaignSystem } from '../shared/system.js'
import { inspect } from './inspector.js'
import { openFiles, residentBytes } from '../shared/process-memory.js'

/** Values by metric, at one moment. */
export type Sample = { atMs: number; values: Record<string, number> }

const megabyte = 1_048_576

export async function createSampler(
  { client, workers, temporal }: CampaignSystem,
  { accounts, inspectorPorts }: { accounts: CampaignAccount[]; inspectorPorts: number[] },
): Promise<{ take: () => Promise<Sample>; close: () => void }> {
  const inspectors = await Promise.all(inspectorPorts.map(async (port) => await inspect(port)))
  const startedAt = Date.now()

  async function ofWorkers(): Promise<[string, number][]> {
    const each = workers.map(async ({ name, pid }, index): Promise<[string, number][]> => {
      const memory = await inspectors[index]?.measure()
      if (!memory) throw new Error(`${name} has no inspector`)
      return [
        [`${name}: heap MB`, memory.heapBytes / megabyte],
        [`${name}: RSS MB`, residentBytes(pid) / megabyte],
        [`${name}: handles`, memory.handles],
        [`${name}: open files`, openFiles(pid)],
      ]
    })
    return (await Promise.all(each)).flat()
  }

  async function connections(): Promise<number> {
    const { rows } = await client.database.query<{ count: number }>(
      `select count(*) as count from pg_stat_activity where application_name = 'carillon'`,
    )
    return rows[0]?.count ?? 0
  }

  /** Events of the last reminder that is over, with its run and deliveries, for each target. */
  async function eventsPerTarget(): Promise<number | undefined> {
    const { rows } = await client.database.query<{ key: string; runId: string; targets: number }>(
      `select r.dedupe_key as key, run.id as "runId", (select count(*) from target t where t.run_id = run.id) as targets
       from reminder r join run using (operator, dedupe_key)
       where r.ended_at is not null order by r.ended_at desc limit 1`,
    )
    const last = rows[0]
    if (!last || last.targets === 0) return undefined
    const ids = [
      reminderWorkflowId(operator, last.key),
      last.runId,
      ...Array.from({ length: last.targets }, (_, ordinal) => groupDeliveryWorkflowId(last.runId, ordinal)),
    ]
    const lengths = await Promise.all(ids.map(historyLength))
    return lengths.reduce((sum, length) => sum + length, 0) / last.targets
  }

  async function historyLength(workflowId: string): Promise<number> {
    try {
      return (await client.temporal.workflow.getHandle(workflowId).describe()).historyLength
    } catch (error) {
      // A lock workflow that nobody waits for ends.
      if (error instanceof WorkflowNotFoundError) return 0
      throw error
    }
  }

  return {
    async take() {
      const endless = accounts.flatMap(({ id }) => [lockWorkflowId(id), sessionWorkflowId(id)])
      const [memory, postgres, perTarget, open, longest] = await Promise.all([
        ofWorkers(),
        connections(),
        eventsPerTarget(),
        client.temporal.workflow.count(`ExecutionStatus = "Running"`),
        Promise.all(endless.map(historyLength)),
      ])
      return {
        atMs: Date.now() - startedAt,
        values: {
          ...Object.fromEntries(memory),
          'Postgres: connections': postgres,
          'Temporal: open workflows': open.count,
          ...(perTarget !== undefined && { 'Temporal: events for each target': perTarget }),
          'Temporal: longest open history': Math.max(...longest),
          ...(temporal.pid !== undefined && { 'Temporal: RSS MB': residentBytes(temporal.pid) / megabyte }),
        },
      }
    },
    close() {
      for (const inspector of inspectors) inspector.close()
    },
  }
}
