import type { Logger } from 'pino'
import type { Database } from '../../store/database.js'
import type { Session } from '../../whatsapp/gateway.js'
import type { Addresses } from './addresses.js'
import type { TakenSlots } from './taken-slots.js'

/** The session that this process owns, and what its deliveries need with it. */
export type DeliveryContext = {
  database: Database
  session: Session
  /** The session's epoch: Postgres refuses what is done under an older one. */
  epoch: number
  slots: TakenSlots
  addresses: Addresses
  logger: Logger
}
