import { asRequest, fieldAtFault, isInstant, isRecord } from './operator-request.js'
import { fieldRefusal, refusal } from '../protocol/refusals.js'

/** Validators of updates: synchronous, and what they refuse leaves no trace in the history. */

const digestPattern = /^[0-9a-f]{64}$/

const common = '"reason"?: string (500 at most), "by"?: string, "requestId"?: string'
const digestForm = '"digest": "<SHA-256 of a stored definition, in hex>"'
const instantForm = '"2026-11-24T06:00:00Z" (UTC)'

export function checkDefine(request: unknown): void {
  const { digest, ...rest } = isRecord(request) ? request : {}
  const form = `{${digestForm}, "by"?: string, "requestId"?: string}`
  if (!isDigest(digest)) throw malformed('define', form)
  checkFields('define', rest, form)
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && digestPattern.test(value)
}

export function checkEdit(request: unknown): void {
  const { digest, ifDigest, ...rest } = isRecord(request) ? request : {}
  const form = `{${digestForm}, "ifDigest"?: the same of the definition that it is to take the place of, ${common}}`
  if (!isDigest(digest) || !(ifDigest === undefined || isDigest(ifDigest))) throw malformed('edit', form)
  checkFields('edit', rest, form)
}

export function checkSnooze(request: unknown): void {
  const { until, occurrence, ...rest } = isRecord(request) ? request : {}
  const form = `{"until": ${instantForm}, "occurrence"?: the same, ${common}}`
  if (!isInstant(until) || !(occurrence === undefined || isInstant(occurrence)))
    throw malformed('snooze', form)
  checkFields('snooze', rest, form)
}

export function checkSkip(request?: unknown): void {
  if (request === undefined || request === null) return
  const { occurrence, ...rest } = isRecord(request) ? request : { occurrence: 0 }
  const form = `{"occurrence"?: ${instantForm}, ${common}} or nothing`
  if (occurrence !== undefined && !isInstant(occurrence)) throw malformed('skipNext', form)
  checkFields('skipNext', rest, form)
}

/** For an update that takes only the fields that every request may carry. */
export function checkRequest(update: string, request: unknown): void {
  if (request === undefined || request === null) return
  checkFields(update, request, `{${common}} or nothing`)
}

function checkFields(update: string, request: unknown, form: string): void {
  if (asRequest(request) !== undefined) return
  const fault = isRecord(request) ? fieldAtFault(request) : undefined
  throw fault === undefined ? malformed(update, form) : fieldRefusal('InvalidArgument', fault)
}

function malformed(update: string, form: string): Error {
  return refusal('InvalidArgument', `${update}: expected ${form}`)
}
