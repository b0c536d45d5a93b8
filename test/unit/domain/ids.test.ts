import { expect, it } from 'vitest'
import {
  dedupeKeyPattern,
  groupDeliveryWorkflowId,
  operatorPattern,
  reminderWorkflowId,
  runWorkflowId,
} from '../../../src/domain/ids.js'

// The width of the column workflow_id in Temporal's schema for Postgres.
const longestOnPostgres = 255

function longestOf(pattern: RegExp): string {
  let text = 'a'
  while (pattern.test(`${text}a`)) text += 'a'
  return text
}

it('every workflowId fits into Temporal on Postgres, whatever the names', () => {
  const [operator, key] = [longestOf(operatorPattern), longestOf(dedupeKeyPattern)]
  const runId = runWorkflowId(operator, key, '2026-11-24T06:00:00Z')
  for (const id of [reminderWorkflowId(operator, key), runId, groupDeliveryWorkflowId(runId, 99_999)])
    expect(id.length).toBeLessThanOrEqual(longestOnPostgres)
})
