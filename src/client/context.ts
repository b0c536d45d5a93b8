import type { Client } from '@temporalio/client'
import type { Database } from '../store/database.js'
import type { readMedia } from './input/media.js'

/** The context of each part of the client. */
export type ClientContext = {
  temporal: Client
  database: Database
  operator: string
  /** Who asks, as the audit says it; the operator when not given. */
  author?: string
  /** The workers' key, for what is stored secret (the secrets of webhook endpoints). */
  encryptionKey?: Uint8Array
  /** How a file that a part names is found; on this machine's disk when not given. */
  readMedia?: typeof readMedia
}
