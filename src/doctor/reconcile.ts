import type { Client } from '@temporalio/client'
import { say } from '../domain/sentences/say.js'
import { asItStands } from '../domain/sentences/sentence.js'
import { reconcile, type ReconcileCounts } from '../reconcile/reconcile.js'
import type { Database } from '../store/database.js'
import { bad, ok, unknown, type Check } from './check.js'

const name = 'In step'
const shown = 20

/** Whether everything that Postgres says is under way is in Temporal, and nothing is late. Changes nothing. */
export async function checkReconciled(temporal: Client, database: Database): Promise<Check[]> {
  const report = await reconcile({ database, temporal, logger: { warn: () => undefined } }, { dryRun: true })
  // Only one that changes something waits for another.
  if (report.kind === 'busy') return [unknown(name, say('doctorReconcileBusy'))]
  const found = [...outOfStep(report), ...report.problems.slice(0, shown).map(lineOfProblem)]
  return found.length > 0 ? found : [ok(name, say('doctorInStep', { checked: report.checked }))]
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
  return [
    ...(gone.length === 0
      ? []
      : [bad(name, say('doctorGone', { what: gone.join(', ') }), say('doctorReconcileGone'))]),
    ...(counts.nudged === 0
      ? []
      : [bad(name, say('doctorLate', { count: counts.nudged }), say('doctorReconcileLate'))]),
  ]
}

function counted(count: number, one: string, many: string): string | undefined {
  return count === 0 ? undefined : `${count} ${count === 1 ? one : many}`
}

function lineOfProblem({ workflowId, problem }: ReconcileCounts['problems'][number]): Check {
  const [found = '', ...rest] = problem.split(': ')
  return bad(
    name,
    say('doctorProblem', { workflow: workflowId, problem: found }),
    asItStands(rest.join(': ')),
  )
}
