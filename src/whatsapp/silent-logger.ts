import type { SocketConfig } from './baileys.js'

/**
 * Baileys logs JIDs, key material and texts at every level, so none of it is passed on: what matters for operation
 * is logged by the gateway itself, as events with fields.
 */
export const silentLogger: SocketConfig['logger'] = {
  level: 'silent',
  child: () => silentLogger,
  trace: () => undefined,
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
