import { ApplicationFailure } from '@temporalio/workflow'
import { asRequest, isInstant, isRecord } from './operator-request.js'

/** Validators of the reminder's updates: synchronous, and what they refuse leaves no trace in the history. */

const digestPattern = /^[0-9a-f]{64}$/

export function checkDefine(request: unknown): void {
  const isGood = isRecord(request) && typeof request.digest === 'string' && digestPattern.test(request.digest)
  if (!isGood) refuse('define: expected {"digest": "<SHA-256 of a stored definition, in hex>"}')
}

export function checkEdit(request: unknown): void {
  const { digest, ...rest } = isRecord(request) ? request : {}
  const isGood = typeof digest === 'string' && digestPattern.test(digest) && asRequest(rest) !== undefined
  if (!isGood)
    refuse(
      'edit: expected {"digest": "<SHA-256 of a stored definition, in hex>", "reason"?: string, "by"?: string}',
    )
}

export function checkSnooze(request: unknown): void {
  const { until, ...rest } = isRecord(request) ? request : {}
  if (!isInstant(until) || asRequest(rest) === undefined)
    refuse('snooze: expected {"until": "2026-11-24T06:00:00Z" (UTC), "reason"?: string, "by"?: string}')
}

export function checkSkip(request?: unknown): void {
  if (request === undefined || request === null) return
  const { occurrence, ...rest } = isRecord(request) ? request : { occurrence: 0 }
  const isGood = (occurrence === undefined || isInstant(occurrence)) && asRequest(rest) !== undefined
  if (!isGood)
    refuse(
      'skipNext: expected {"occurrence"?: "2026-11-24T06:00:00Z" (UTC), "reason"?: string, "by"?: string} or nothing',
    )
}

function refuse(message: string): never {
  throw ApplicationFailure.nonRetryable(message, 'InvalidArgument')
}
