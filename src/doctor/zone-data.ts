import { say } from '../domain/sentences/say.js'
import type { Queryable } from '../store/database.js'
import { zoneDataInUse } from '../store/zone-data.js'
import { describeZoneData, zoneData } from '../zone-data.js'
import { bad, listed, ok, skipped, type Check } from './check.js'

const name = 'Zone data'

/** The rules that this machine computes with. */
export function checkZoneData(): Check {
  return ok(name, describeZoneData(zoneData()))
}

/** Whether all workers, and this machine, compute with the same rules. */
export async function checkZoneDataOfWorkers(database: Queryable, own = zoneData().version): Promise<Check> {
  const inUse = await zoneDataInUse(database)
  if (inUse.length === 0) return skipped(name, say('doctorNoWorkerSeen'))
  const found = listed(inUse.map((one) => say('doctorZonesOfWorkers', one)))
  if (inUse.every(({ version }) => version === own)) return ok(name, found)
  return bad(name, say('doctorZonesDiffer', { workers: found, own }), say('doctorSameVersion'))
}
