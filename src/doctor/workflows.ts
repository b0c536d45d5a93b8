import type { Client } from '@temporalio/client'
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
  return found.length === 0 ? [ok(name, 'all get on')] : found
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
        `the tasks of '${workflowId}' keep failing: it does nothing and hears nothing`,
        `look for it in the worker's log. What it knows is in Postgres, so it may be terminated and made anew: temporal workflow terminate --workflow-id '${workflowId}', then carillon reconcile`,
      ),
    )
  }
  return checks
}

async function failingActivities(database: Database): Promise<Check[]> {
  return (await listTrouble(database, shown)).map(({ workflowId, activity, attempt, error, since }) =>
    bad(
      name,
      `'${activity}' of '${workflowId}' fails since ${since.toISOString()} (${error}, attempt ${attempt})`,
      `nothing behind it is done: look for it in the worker's log and mend the cause, it is tried again by itself`,
    ),
  )
}
