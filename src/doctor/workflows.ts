import type { Client } from '@temporalio/client'
import { say } from '../domain/sentences/say.js'
import type { Database } from '../store/database.js'
import { listTrouble } from '../store/trouble.js'
import { bad, checked, ok, type Check } from './check.js'

const name = 'Workflows'
const shown = 20

/** Workflows that do not get on: their tasks fail or time out, or an activity of theirs fails again and again. */
export async function checkWorkflows(temporal: Client, database: Database): Promise<Check[]> {
  const found = [
    ...(await checked(name, async () => await failingTasks(temporal))),
    ...(await checked(name, async () => await failingActivities(database))),
  ]
  return found.length === 0 ? [ok(name, say('doctorAllGetOn'))] : found
}

/** Temporal marks a workflow whose tasks failed several times in a row. */
async function failingTasks(temporal: Client): Promise<Check[]> {
  const checks: Check[] = []
  const query = 'ExecutionStatus = "Running" AND TemporalReportedProblems IS NOT NULL'
  for await (const { workflowId } of temporal.workflow.list({ query })) {
    if (checks.length >= shown) break
    checks.push(
      bad(
        name,
        say('doctorTasksFail', { workflow: workflowId }),
        say('doctorTerminate', { workflow: workflowId }),
      ),
    )
  }
  return checks
}

async function failingActivities(database: Database): Promise<Check[]> {
  return (await listTrouble(database, shown)).map(({ workflowId, activity, attempt, error, since }) =>
    bad(
      name,
      say('doctorActivityFails', {
        activity,
        workflow: workflowId,
        since: since.toISOString(),
        why: error,
        attempt,
      }),
      say('doctorMendCause'),
    ),
  )
}
