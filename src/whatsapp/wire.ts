import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { WASocket } from './baileys.js'

/** How far the bytes of a connection have come. Baileys tells of whole frames alone, which may take minutes. */
export type WireReading = {
  /** Received so far. */
  read: number
  /** Handed to the connection so far. */
  written: number
  /** Of those, what this process still holds, since the system takes no more just now. */
  waiting: number
}

export type Wire = {
  reading(): WireReading
  /** The time of the first question and its answer: undefined before that. */
  firstRoundTripMs(): number | undefined
}

/** To be called in the same moment as `makeWASocket`, before the socket is there. */
export function followWire({ ws }: WASocket): Wire {
  let socket: Socket | undefined
  let openedMs: number | undefined
  let firstRoundTripMs: number | undefined
  ws.once('upgrade', (response: IncomingMessage) => {
    socket = response.socket
  })
  ws.once('open', () => {
    openedMs = performance.now()
  })
  ws.once('frame', () => {
    if (openedMs !== undefined) firstRoundTripMs = performance.now() - openedMs
  })
  return {
    firstRoundTripMs: () => firstRoundTripMs,
    reading: () => ({
      read: socket?.bytesRead ?? 0,
      written: socket?.bytesWritten ?? 0,
      waiting: socket === undefined ? 0 : waitingOf(socket),
    }),
  }
}

/**
 * `writableLength` has all of a write until the last byte is gone. The handle, which Node's own time-outs go by, has what
 * is left of it; below TLS, that of the socket underneath.
 */
function waitingOf(socket: Socket): number {
  if (socket.writableLength === 0) return 0
  const handle: unknown = Reflect.get(socket, '_handle')
  const left = queueOf(field(handle, '_parent')) ?? queueOf(handle)
  return left ?? socket.writableLength
}

function queueOf(handle: unknown): number | undefined {
  const size = field(handle, 'writeQueueSize')
  return typeof size === 'number' ? size : undefined
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
