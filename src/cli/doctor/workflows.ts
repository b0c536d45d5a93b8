import { Client, Connection } from '@temporalio/client'
import type { Addresses } from '../../client/connect.js'
import type { Database } from '../../store/database.js'
import { listTrouble } from '../../store/trouble.js'
import { bad, messageOf, ok, skipped, type Check } from './check.js'

const name = 'Workflows'
const shown = 20

/** Workflows that do not get on: their tasks fail or time out, or an activity of theirs fails again and again. */
export async function checkWorkflows(
  { temporalAddress, temporalNamespace: namespace }: Addresses,
  database: Database | undefined,
): Promise<Check[]> {
  const stuck = database === undefined ? [] : await failingActivities(database)
  let connection: Connection
  try {
    connection = await Connection.connect({ address: temporalAddress, connectTimeout: 5_000 })
  } catch (error) {
    return [...stuck, skipped(name, `not known, Temporal does not answer (${messageOf(error)})`)]
  }
  try {
    const found = [...(await failingTasks(new Client({ connection, namespace }))), ...stuck]
    return found.length === 0 ? [ok(name, 'all get on')] : found
  } finally {
    await connection.close()
  }
}

/** Temporal marks a workflow whose tasks failed several times in a row. */
async function failingTasks(temporal: Client): Promise<Check[]> {
  const checks: Check[] = []
  try {
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
  } catch (error) {
    return [skipped(name, `this Temporal does not say whose tasks fail (${messageOf(error)})`)]
  }
  return checks
}

async function failingActivities(database: Database): Promise<Check[]> {
  try {
    return (await listTrouble(database, shown)).map(({ workflowId, activity, attempt, error, since }) =>
      bad(
        name,
        `'${activity}' of '${workflowId}' fails since ${since.toISOString()} (${error}, attempt ${attempt})`,
        `nothing behind it is done: look for it in the worker's log and mend the cause, it is tried again by itself`,
      ),
    )
  } catch (error) {
    return [skipped(name, `failing activities are not known (${messageOf(error)})`)]
  }
}
