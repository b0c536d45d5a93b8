import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '../logging.js'
import type { Queryable } from '../store/database.js'
import { noteZoneData, zoneDataInUse } from '../store/zone-data.js'
import { zoneData } from '../zone-data.js'

type Watch = {
  database: Queryable
  owner: string
  logger: Pick<Logger, 'info' | 'warn'>
  /** That this worker computes with. */
  version?: string
}

/** Tells the others which rules this worker computes with. Returns the versions of all, and warns where they differ. */
export async function shareZoneData({
  database,
  owner,
  logger,
  version = zoneData().version,
}: Watch): Promise<string[]> {
  await noteZoneData(database, { owner, version })
  const versions = (await zoneDataInUse(database)).map((one) => one.version)
  if (versions.length > 1)
    logger.warn(
      { event: 'zone-data-differs', zoneData: version, versions },
      'workers compute with different rules of time zones: run the same version of Carillon on all',
    )
  return versions
}

const everyMs = 60_000

/** Logs the rules that this worker computes with, and shares them each minute until it stops. Never rejects. */
export async function watchZoneData(watch: Watch, signal: AbortSignal): Promise<void> {
  const { logger } = watch
  logger.info({ zoneData: watch.version ?? zoneData().version }, 'rules of time zones')
  while (!signal.aborted) {
    try {
      await shareZoneData(watch)
    } catch (error) {
      // Postgres may be out of reach, which the watch on it tells.
      if (!signal.aborted)
        logger.info({ error }, 'the rules of time zones were not shared: again in a minute')
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
