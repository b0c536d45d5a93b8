import { z } from 'zod'
import {
  AccountNotReadyError,
  CarillonError,
  DefinitionChangedError,
  describeIssue,
  InputError,
  ReminderConflictError,
} from '../../client/errors.js'
import { explainPostgresError } from '../../client/postgres-errors.js'
import type { ErrorCode } from '../../protocol/refusals.js'
import { etagOf } from './etag.js'
import { say } from '../../domain/sentences/say.js'
import { saidIn } from './answers/said.js'
import { withSaid } from '../../domain/sentences/with-said.js'

/** What only HTTP knows. */
export type HttpCode =
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'csrf'
  | 'malformed'
  | 'account_not_ready'
  | 'method_not_allowed'
  | 'too_large'
  | 'too_long'
  | 'wrong_type'
  | 'in_progress'
  | 'key_reused'
  | 'too_many_requests'
  | 'not_ready'
  | 'failure'

export type ProblemCode = ErrorCode | HttpCode

/** Of each code the status, and the title that is the same for all problems of the kind (RFC 9457). */
export const problemKinds: Record<ProblemCode, { status: number; title: string }> = {
  malformed: { status: 400, title: 'The request cannot be read' },
  unauthorized: { status: 401, title: 'A token is needed' },
  forbidden: { status: 403, title: 'The role of the token does not allow it' },
  csrf: { status: 403, title: 'It does not show that a page of this server made it' },
  not_found: { status: 404, title: 'There is no such thing' },
  method_not_allowed: { status: 405, title: 'There is no such method here' },
  conflict: { status: 409, title: 'It is in use for something else, or under way' },
  account_not_ready: { status: 409, title: 'The account is in no state for it' },
  ended: { status: 409, title: 'It is over' },
  in_progress: { status: 409, title: 'The same request is under way' },
  key_reused: { status: 409, title: 'The Idempotency-Key was used for another request' },
  changed: { status: 412, title: 'It was changed meanwhile' },
  too_large: { status: 413, title: 'The body is too large' },
  too_long: { status: 414, title: 'The URL is too long' },
  wrong_type: { status: 415, title: 'The body is of another type' },
  invalid: { status: 422, title: 'The input cannot be used' },
  too_many_requests: { status: 429, title: 'There were too many of them' },
  failure: { status: 500, title: 'It failed' },
  not_ready: { status: 503, title: 'It cannot be done at the moment' },
  unreachable: { status: 503, title: 'A part of the system cannot be reached' },
  timed_out: { status: 504, title: 'No answer in time' },
}

/** RFC 9457. */
export const problemType = 'application/problem+json'

/** Seconds after which the same request may fare better. */
const retryAfterS: Partial<Record<ProblemCode, number>> = {
  in_progress: 1,
  not_ready: 5,
  unreachable: 5,
  timed_out: 5,
}

const issue = z.object({
  field: z.string().meta({ description: 'The path to the field as it was written.' }),
  key: z.string().optional().meta({ description: 'Of a list: the key of the reminder that it is in.' }),
  got: z.string().optional().meta({ description: 'The value, or its shape where values are personal.' }),
  expected: z.string().meta({ description: 'What would do, and so what to do.' }),
  message: z.string(),
  said: saidIn('expected', 'got'),
})
export const differenceAnswer = z.object({
  field: z.string(),
  existing: z.string().optional().meta({ description: 'Missing where the values are personal.' }),
  requested: z.string().optional(),
})

export const problemAnswer = z
  .object({
    type: z.string().meta({ description: 'One for each code.', example: 'urn:carillon:problem:not_found' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What is wrong and what to do, for people.' }),
    code: z.enum(Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]]),
    requestId: z.string().meta({ description: 'As in the header `X-Request-Id` and in the log.' }),
    issues: z.array(issue).optional().meta({ description: 'Everything that is wrong with the input.' }),
    differences: z
      .array(differenceAnswer)
      .optional()
      .meta({ description: 'Where the two definitions differ.' }),
    said: saidIn('detail'),
  })
  .meta({ id: 'Problem' })

export type Problem = z.output<typeof problemAnswer>

/** An error that HTTP alone knows of, as it is answered. */
export class HttpError extends Error {
  override name = 'HttpError'
  constructor(
    readonly code: HttpCode,
    message: string,
    readonly headers: Record<string, string> = {},
  ) {
    super(message)
  }
}

/** Undefined for an error that nobody may hear more of than that there was one. */
export function problemOf(
  raw: unknown,
  requestId: string,
): { problem: Problem; headers: Record<string, string> } | undefined {
  const error = explainPostgresError(raw)
  if (!(error instanceof CarillonError || error instanceof HttpError)) return undefined
  const code = error instanceof AccountNotReadyError ? 'account_not_ready' : error.code
  const { status, title } = problemKinds[code]
  const after = retryAfterS[code]
  return {
    problem: withSaid<Problem>({
      type: `urn:carillon:problem:${code}`,
      title,
      status,
      detail: error.message,
      code,
      requestId,
      ...(error instanceof InputError && {
        issues: error.issues.map((one) => ({ ...one, message: describeIssue(one) })),
      }),
      ...differencesIn(error),
    }),
    headers: {
      ...(after !== undefined && { 'Retry-After': String(after) }),
      ...(error instanceof HttpError && error.headers),
      ...(error instanceof DefinitionChangedError && etagOf(error.digest)),
    },
  }
}

function differencesIn(error: Error): Pick<Problem, 'differences'> {
  const hasThem = error instanceof ReminderConflictError || error instanceof DefinitionChangedError
  return hasThem && error.differences !== undefined ? { differences: error.differences } : {}
}

/** What is told of an error that is none of ours: nothing. The log has it under the id of the request. */
export function failureProblem(requestId: string): Problem {
  const { status, title } = problemKinds.failure
  const detail = say('failed')
  const problem: Problem = {
    type: 'urn:carillon:problem:failure',
    title,
    status,
    detail,
    code: 'failure',
    requestId,
  }
  return withSaid<Problem>(problem)
}
