import type { Gateway } from './gateway.js'
import { pairSession } from './pair.js'
import { openSession } from './session.js'

/** WhatsApp, through Baileys. */
export function createGateway(): Gateway {
  return { openSession, pairSession }
}
