import { formatOpening, sendingHours } from '../domain/hours/sending-hours.js'
import type { Database } from '../store/database.js'
import { findWindow } from '../store/runs/run-hours.js'
import type { OpenHours } from '../protocol/payloads.js'

/** The hours of a definition's window that are open at an instant, or the next ones; undefined where it has none. */
export async function findSendingHours(
  database: Database,
  { digest, at }: { digest: string; at: string },
): Promise<OpenHours | undefined> {
  const found = await findWindow(database, digest)
  if (!found) return undefined
  const atMs = Date.parse(at)
  const { opensMs, closesMs } = sendingHours(found.window, found.zone, atMs)
  return {
    opensAt: new Date(opensMs).toISOString(),
    closesAt: new Date(closesMs).toISOString(),
    opensText: formatOpening(opensMs, found.zone, atMs),
  }
}
