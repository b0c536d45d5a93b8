import type { Payload } from '@temporalio/common'
import { keyIdOfPayload } from './payload-codec.js'

/** The keys of all payloads somewhere in this, as Temporal has sent it. */
export function keyIdsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return found
  const id = 'metadata' in value ? keyIdOfPayload(value as Payload) : undefined
  if (id !== undefined) found.add(id)
  else for (const field of Object.values(value)) keyIdsIn(field, found)
  return found
}
