import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { WorkflowUpdateFailedError } from '@temporalio/client'
import type { ApplicationFailure } from '@temporalio/common'
import { describe, expect, test } from 'vitest'
import { CarillonError, type InputError } from '../../../src/client/errors.js'
import { explainUpdateError } from '../../../src/client/temporal/updates.js'
import type { ErrorCode, RefusalType } from '../../../src/protocol/refusals.js'
import { fieldRefusal, refusal } from '../../../src/protocol/refusals.js'

const call = { ifMissing: 'no workflow' }
const explained = (failure: ApplicationFailure, fields?: Record<string, string>) =>
  explainUpdateError(new WorkflowUpdateFailedError('Workflow Update failed', failure), { ...call, fields })

/** Who must act, as it is promised: the exit code of the CLI and the status of the API hang on it. */
const codes: Record<RefusalType, ErrorCode> = {
  AccountUnlinked: 'not_ready',
  DefinitionChanged: 'changed',
  InvalidArgument: 'invalid',
  InvalidDefinition: 'invalid',
  NoOccurrence: 'conflict',
  NothingToCome: 'ended',
  ReminderEnded: 'ended',
  RunUnderWay: 'conflict',
  TooEarly: 'invalid',
  TooManyMoved: 'conflict',
  UnknownAccount: 'invalid',
  UnknownDefinition: 'not_found',
  UnknownReminder: 'not_found',
  UnknownRow: 'not_found',
  UnknownRun: 'not_found',
  UnstorableData: 'invalid',
}

describe.each(Object.entries(codes) as [RefusalType, ErrorCode][])('the refusal %s', (type, code) => {
  test('reaches the operator in its own words, with who must act', () => {
    const error = explained(refusal(type, 'what is wrong, and what to do'))
    expect(error).toBeInstanceOf(CarillonError)
    expect(error).toMatchObject({ code, message: 'what is wrong, and what to do' })
  })

  test('of a field names the field as the caller wrote it, with its value and what is expected', () => {
    const refused = { field: 'until', got: '2026', expected: 'expected a time to come' }
    const error = explained(fieldRefusal(type, refused), { until: 'by' })
    expect((error as Error).message).toBe(
      `${code === 'invalid' ? 'by' : 'until'}: expected a time to come, got 2026`,
    )
    if (code === 'invalid') expect((error as InputError).issues).toEqual([{ ...refused, field: 'by' }])
  })
})

test('workflows and activities refuse by the table alone', () => {
  // These have failures that Temporal retries, and those of WhatsApp, which have a table of their own.
  const others = new Set([
    'heartbeating.ts',
    'retryable.ts',
    'deliveries/deliveries.ts',
    'deliveries/upload-media.ts',
    'groups.ts',
    'sessions/give-up.ts',
    'webhooks.ts',
  ])
  for (const folder of ['src/workflows', 'src/activities'])
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || others.has(file)) continue
      expect([
        file,
        /ApplicationFailure\.(nonRetryable|create)|new ApplicationFailure/.test(
          readFileSync(join(folder, file), 'utf8'),
        ),
      ]).toEqual([file, false])
    }
})
