import type { Client } from '@temporalio/client'
import type { Logger } from '../logging.js'
import { reconcile } from '../reconcile/reconcile.js'
import { closeUnreadable } from '../reconcile/unreadable.js'
import type { Database } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'

/**
 * For the start of a worker whose operator said that a key is lost: what Temporal keeps under that key nobody can go on with, and
 * all of it is in Postgres, too. Doing it again changes nothing.
 */
export async function beginAnewFromPostgres(
  { temporal, database, ring }: { temporal: Client; database: Database; ring: KeyRing },
  logger: Logger,
): Promise<void> {
  const closed = await closeUnreadable(temporal, ring)
  if (closed === 0) return
  const { kind } = await reconcile({ temporal, database, logger })
  logger.warn({ closed, reconcile: kind }, 'workflows whose payloads no key opens begin anew from Postgres')
}
