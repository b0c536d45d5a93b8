import type { Client } from '@temporalio/client'
import type { Database } from '../store/database.js'

/** What each part of the client works with. */
export type ClientContext = {
  temporal: Client
  database: Database
  operator: string
  /** The workers' key, for what is stored secret (the secrets of webhook endpoints). */
  encryptionKey?: Uint8Array
}
