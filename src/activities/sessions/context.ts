import type PQueue from 'p-queue'
import type { Logger } from 'pino'
import type { DeviceName } from '../../domain/accounts/device-name.js'
import type { Database } from '../../store/database.js'
import type { KeyRing } from '../../store/encryption/key-ring.js'
import type { Gateway, Session } from '../../whatsapp/gateway.js'
import type { WebVersions } from '../../whatsapp/web-version.js'
import type { Tries } from './tries.js'
import type { WhatsAppReachability } from './whatsapp-reachability.js'

/** Serves the account's own task queue with the session, until it is told to stop. */
export type ServeAccount = (owned: {
  session: Session
  epoch: number
}) => Promise<{ stop: () => Promise<void>; copyAsked: () => void }>

export type Served = Awaited<ReturnType<ServeAccount>>

export type SessionDependencies = {
  database: Database
  gateway: Gateway
  ring: KeyRing
  serveAccount: ServeAccount
  /** Names this process as the owner of its sessions, for people: host and pid. */
  owner: string
  whatsappUrl: string | undefined
  versions: WebVersions
  deviceName: DeviceName
  /** Aborted when Postgres is out of reach of this process: its sessions are of no use then. */
  databaseLost: AbortSignal
  /** Decides when this process leaves the sessions to others, by what it is told here. */
  reach: WhatsAppReachability
  /** Takes what may outlive its session for a moment. */
  follow: (work: Promise<unknown>) => void
  logger: Logger
}

/** Of all sessions of the process. */
export type SessionContext = SessionDependencies & { logIns: PQueue }

/** One try to own a session; the epoch is there once the lease is taken. */
export type Attempt = { accountId: string; tries: Tries; startedMs: number; epoch?: number }

/** A session whose lease is taken. */
export type Owned = { accountId: string; epoch: number; logger: Logger; proxy: string | undefined }
