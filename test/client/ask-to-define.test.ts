import {
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client'
import { describe, expect, it } from 'vitest'
import { askToDefine } from '../../src/client/reminders/ask-to-define.js'
import type { DefineAnswer } from '../../src/protocol/messages.js'

const call = {
  operator: 'school',
  key: 'trip',
  digest: 'a'.repeat(64),
  accountId: 'office',
  at: '2026-11-24T06:00:00Z',
  timeoutMs: 20_000,
}

const answer: DefineAnswer = { kind: 'created', state: 'scheduled', scheduledAt: call.at }

type Sent = { updateId: string; args: unknown[]; startWorkflowOperation: { options: object } }

/** A Temporal that answers each try with the next of these. */
function temporalWith(...outcomes: (DefineAnswer | Error)[]) {
  const sent: Sent[] = []
  const client = {
    withDeadline: async (_deadline: number, work: () => Promise<unknown>) => await work(),
    workflow: {
      executeUpdateWithStart: async (_update: unknown, options: Sent) => {
        sent.push(options)
        const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0]
        if (outcome instanceof Error) throw outcome
        return outcome
      },
    },
  }
  return { temporal: client as unknown as Client, sent }
}

function grpc(code: number, details = ''): Error {
  const cause = Object.assign(new Error(details), { code, details, metadata: {} })
  return new ServiceError('Update-With-Start failed', { cause })
}

const resourceExhausted = 8
const unavailable = 14
const invalidArgument = 3

describe('askToDefine', () => {
  it('tells Temporal nothing but key, account, time and digest', async () => {
    const { temporal, sent } = temporalWith(answer)
    expect(await askToDefine(temporal, call)).toEqual(answer)
    expect(sent[0]?.args).toEqual([{ digest: call.digest }])
    expect(sent[0]?.startWorkflowOperation.options).toMatchObject({
      workflowId: 'reminder:school/trip',
      taskQueue: 'carillon',
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      args: [{ operator: 'school', dedupeKey: 'trip' }],
    })
  })

  it('asks again, under the same id, while too many ask at once', async () => {
    const { temporal, sent } = temporalWith(grpc(resourceExhausted), grpc(resourceExhausted), answer)
    expect(await askToDefine(temporal, call)).toEqual(answer)
    expect(sent).toHaveLength(3)
    const ids = new Set(sent.map(({ updateId }) => updateId))
    expect([...ids]).toEqual([expect.any(String)])
  })

  it('leaves a closed workflow to Postgres', async () => {
    const closed = new WorkflowExecutionAlreadyStartedError('closed', 'reminder:school/trip', 'reminder')
    expect(await askToDefine(temporalWith(closed).temporal, call)).toEqual({ kind: 'closed' })
  })

  it.each([
    [
      'nobody answers',
      new WorkflowUpdateRPCTimeoutOrCancelledError('timeout'),
      'timed_out',
      /No worker has answered/,
    ],
    ['Temporal is away', grpc(unavailable), 'unreachable', /Temporal cannot be reached/],
    [
      'attributes are missing',
      grpc(invalidArgument, 'no mapping defined for search attribute CarillonStatus'),
      'not_ready',
      /carillon doctor/,
    ],
  ])('says what to do when %s', async (_what, error, code, message) => {
    const rejected = expect(askToDefine(temporalWith(error).temporal, call)).rejects
    await rejected.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('gives up in time when it is never let in', async () => {
    const { temporal, sent } = temporalWith(grpc(resourceExhausted))
    const rejected = expect(askToDefine(temporal, { ...call, timeoutMs: 300 })).rejects
    await rejected.toMatchObject({ code: 'timed_out' })
    expect(sent.length).toBeGreaterThan(1)
  })
})
