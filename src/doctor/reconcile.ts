import type { Client } from '@temporalio/client'
import { reconcile, type ReconcileCounts } from '../reconcile/reconcile.js'
import type { Database } from '../store/database.js'
import { bad, ok, unknown, type Check } from './check.js'

const name = 'In step'
const shown = 20

/** Whether everything that Postgres says is under way is in Temporal, and nothing is late. Changes nothing. */
export async function checkReconciled(temporal: Client, database: Database): Promise<Check[]> {
  const report = await reconcile({ database, temporal, logger: { warn: () => undefined } }, { dryRun: true })
  // Only one that changes something waits for another.
  if (report.kind === 'busy') return [unknown(name, 'another reconcile is under way')]
  const found = [...outOfStep(report), ...report.problems.slice(0, shown).map(lineOfProblem)]
  return found.length > 0
    ? found
    : [ok(name, `${report.checked} reminders, runs, accounts and webhooks, all in Temporal and none late`)]
}

function outOfStep(counts: ReconcileCounts): Check[] {
  const gone = [
    counted(counts.started, 'reminder', 'reminders'),
    counted(counts.resumedRuns, 'run', 'runs'),
    counted(counts.startedSessions, 'session of an account', 'sessions of accounts'),
    counted(counts.startedRelays, 'relay of webhooks', 'relays of webhooks'),
    counted(counts.resumedWebhooks, 'webhook under way', 'webhooks under way'),
    counted(counts.resumedUpdates, 'update of a bot', 'updates of bots'),
  ].filter((text) => text !== undefined)
  const late = counted(counts.nudged, 'reminder', 'reminders')
  return [
    ...(gone.length === 0
      ? []
      : [
          bad(
            name,
            `gone from Temporal, and nothing more comes of them: ${gone.join(', ')}`,
            'carillon reconcile starts them again, from what Postgres knows; where a worker runs, that happens by itself every few minutes',
          ),
        ]),
    ...(late === undefined
      ? []
      : [
          bad(
            name,
            `${late} should have acted by now, and did not`,
            'see that a worker runs and gets on (above); carillon reconcile makes them look again',
          ),
        ]),
  ]
}

function counted(count: number, one: string, many: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? one : many}`
}

function lineOfProblem({ workflowId, problem }: ReconcileCounts['problems'][number]): Check {
  const [found, ...rest] = problem.split(': ')
  return bad(name, `'${workflowId}': ${found}`, rest.join(': '))
}
