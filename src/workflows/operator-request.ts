import { log } from '@temporalio/workflow'
import type { RefusedField } from '../protocol/refusals.js'
import { isStorableText, storableText } from '../domain/storable-text.js'
import type { RecordedRequest } from '../protocol/payloads.js'
import {
  maxRequestText,
  type IdentifiedRequest,
  type OperatorRequest,
  type PauseRequest,
} from '../protocol/messages.js'
import { workflowLocal } from './workflow-local.js'
import { say } from '../domain/sentences/say.js'

/** The `by` of a run that is canceled for the next one (overlap `cancelOther`), and not by an operator. */
export const byCalendar = say('phraseCalendar')

const textFields: ReadonlySet<string> = new Set(['reason', 'by', 'requestId'])

/**
 * The payload of an operator's signal, or undefined when it has another shape: the signal is then logged and ignored.
 * No payload at all is a request without a reason.
 */
export function readOperatorRequest(signal: string, payload: unknown): OperatorRequest | undefined {
  if (payload === undefined || payload === null) return {}
  const request = asRequest(payload)
  if (request) return request
  ignore(signal, payload, '{"reason"?: string (500 at most), "by"?: string} or no payload')
  return undefined
}

/** The same with an optional `until`, an instant. */
export function readPauseRequest(signal: string, payload: unknown): PauseRequest | undefined {
  if (!isRecord(payload) || !('until' in payload)) return readOperatorRequest(signal, payload)
  const { until, ...rest } = payload
  const request = asRequest(rest)
  if (request && isInstant(until)) return { ...request, until }
  ignore(signal, payload, '{"until": "2026-11-24T06:00:00Z" (UTC), "reason"?: string, "by"?: string}')
  return undefined
}

/** The request of an update; undefined where it has another shape, and the update is refused. */
export function asRequest(payload: unknown): OperatorRequest | undefined {
  if (!isRecord(payload)) return undefined
  return fieldAtFault(payload) === undefined ? payload : undefined
}

/** The first field of a request that cannot be used, without its value: a reason may be personal. */
export function fieldAtFault(request: Record<string, unknown>): RefusedField | undefined {
  for (const [field, value] of Object.entries(request)) {
    if (!textFields.has(field)) return { field: printable(field), expected: 'expected no such field' }
    if (typeof value !== 'string') return { field, got: typeof value, expected: 'expected text' }
    if (value.length > maxRequestText)
      return {
        field,
        got: `${value.length}`,
        expected: `expected at most ${maxRequestText} characters`,
      }
    if (!isStorableText(value)) return { field, expected: storableText }
  }
  return undefined
}

function printable(name: string): string {
  return /^\w{1,40}$/.test(name) ? name : 'a field'
}

export function isRecord(payload: unknown): payload is Record<string, unknown> {
  if (typeof payload !== 'object' || payload === null) return false
  // Bytes (the encoding binary/plain) are an object too, and none at all would have no wrong field.
  return !Array.isArray(payload) && !ArrayBuffer.isView(payload)
}

/** An instant in UTC, with or without a fraction of a second. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/.test(value))
    return false
  return !Number.isNaN(Date.parse(value))
}

// Each is a line of the log; of a flood the first say it all.
const maxIgnoredLogged = 100
const ignored = workflowLocal(() => ({ count: 0 }))

function ignore(signal: string, payload: unknown, expected: string): void {
  const own = ignored()
  own.count += 1
  if (own.count > maxIgnoredLogged) return
  const got = Array.isArray(payload) ? 'array' : typeof payload
  const { until: _until, ...rest } = isRecord(payload) ? payload : {}
  const fault = fieldAtFault(rest)
  log.warn('signal ignored: malformed payload', {
    signal,
    expected,
    got,
    ...(fault && { field: fault.field }),
  })
}

/** The part of a request that is recorded. */
export function recordedRequest({ requestId, by, reason }: IdentifiedRequest): RecordedRequest {
  return { requestId, ...(by !== undefined && { by }), ...(reason !== undefined && { reason }) }
}

type Asked = 'pausedBy' | 'canceledBy' | 'accountPausedBy' | 'accountRemovedBy' | 'unlinkedBy'

/** `paused by operator` or `paused by operator: <reason>`. */
export function describeRequest(what: Asked, { reason, by }: OperatorRequest): string {
  const who = by === byCalendar ? byCalendar : say('phraseOperator')
  return say(what, { who, reason: reason === '' ? undefined : reason })
}
