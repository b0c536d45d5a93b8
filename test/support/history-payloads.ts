import type { Payload, PayloadCodec } from '@temporalio/common'
import { temporal } from '@temporalio/proto'
import type { History } from '../replay/histories.js'

const { History: HistoryMessage } = temporal.api.history.v1

/** What no codec is asked about: search attributes, headers, and what the SDK's core notes in a marker for itself. */
const isUntouched = (name: string, parent: object) =>
  name === 'searchAttributes' || name === 'header' || (name === 'details' && 'markerName' in parent)

/** The same history with each of its payloads through the codec. */
export async function withPayloads(history: History, change: PayloadCodec['encode']): Promise<History> {
  const copy = HistoryMessage.decode(HistoryMessage.encode(HistoryMessage.fromObject(history)).finish())
  await changeIn(copy, change)
  return copy
}

async function changeIn(value: unknown, change: PayloadCodec['encode']): Promise<void> {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  for (const [name, field] of Object.entries(value)) {
    if (isPayload(field)) Object.assign(field, (await change([field]))[0])
    else await changeIn(isUntouched(name, value) ? resultIn(field) : field, change)
  }
}

/** Of the details of a marker: what a local activity returned. */
function resultIn(details: unknown): unknown {
  return typeof details === 'object' && details !== null && 'result' in details ? details.result : undefined
}

function isPayload(value: unknown): value is Payload {
  if (typeof value !== 'object' || value === null || !('$type' in value)) return false
  return value.$type === temporal.api.common.v1.Payload
}
