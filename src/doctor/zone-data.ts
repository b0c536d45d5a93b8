import type { Queryable } from '../store/database.js'
import { zoneDataInUse } from '../store/zone-data.js'
import { describeZoneData, zoneData } from '../zone-data.js'
import { bad, ok, skipped, type Check } from './check.js'

const name = 'Zone data'

/** The rules that this machine computes with. */
export function checkZoneData(): Check {
  return ok(name, describeZoneData(zoneData()))
}

/** Whether all workers, and this machine, compute with the same rules. */
export async function checkZoneDataOfWorkers(database: Queryable, own = zoneData().version): Promise<Check> {
  const inUse = await zoneDataInUse(database)
  if (inUse.length === 0) return skipped(name, 'no worker was seen in the last minutes')
  const found = inUse
    .map(({ version, workers }) => `${version} on ${workers === 1 ? '1 worker' : `${workers} workers`}`)
    .join(', ')
  if (inUse.every(({ version }) => version === own)) return ok(name, found)
  return bad(
    name,
    `${found}, ${own} here: zones whose rules changed in between may be an hour off`,
    'run the same version of Carillon everywhere; a worker that was replaced is forgotten after 3 minutes',
  )
}
