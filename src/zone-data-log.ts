import type { Logger } from './logging.js'
import { zoneData } from './zone-data.js'

/** Each worker says which rules it counts with, so that the logs of a cluster show where they differ. */
export function tellZoneData(logger: Pick<Logger, 'info' | 'warn'>, data = zoneData()): void {
  const fields = { zoneData: data.version ?? 'unknown', known: data.known }
  if (data.isOlder)
    logger.warn(fields, 'zone data is older than known: zones whose rules changed may be an hour off')
  else logger.info(fields, 'zone data')
}
