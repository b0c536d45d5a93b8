import type { LoggedEvent, Position, RunSnapshot } from '../../store/events/event-log.js'

/** Server-sent events as text: https://html.spec.whatwg.org/multipage/server-sent-events.html */

export type EventName =
  LoggedEvent['type'] | 'ready' | 'progress' | 'reset' | 'reconnect' | 'pairing' | 'over'

/** @param id where the client goes on after this one; without it, where it would have gone on before */
export function frame(name: EventName, data: object, id?: Position | string): string {
  const line = id === undefined ? '' : `id: ${typeof id === 'string' ? id : formatPosition(id)}\n`
  return `${line}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
}

export function eventFrame({ type, data, at, position }: LoggedEvent): string {
  return frame(type, { ...data, at: at.toISOString() }, position)
}

export function progressFrame({ operator: _operator, ...snapshot }: RunSnapshot): string {
  return frame('progress', snapshot)
}

/** A comment, which nobody is told of, and the place to go on from, since a quiet client's own grows old. */
export function heartbeat(at: Position | undefined): string {
  return at === undefined ? ':\n\n' : `:\nid: ${formatPosition(at)}\n\n`
}

export function retryAfter(ms: number): string {
  return `retry: ${Math.round(ms)}\n\n`
}

export function formatPosition({ log, xid, id }: Position): string {
  return `${log}-${xid}-${id}`
}

/** Undefined for what we have not written. */
export function parsePosition(text: string): Position | undefined {
  const [, log, xid, id] = /^(\d{1,10})-(\d{1,20})-(\d{1,15})$/.exec(text) ?? []
  if (log === undefined || xid === undefined || id === undefined) return undefined
  return { log: Number(log), xid: BigInt(xid), id: Number(id) }
}
