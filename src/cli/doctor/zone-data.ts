import { describeZoneData, zoneData } from '../../zone-data.js'
import { bad, ok, type Check } from './check.js'

/** Old rules are no fault of this machine's, yet a reminder in such a zone comes at another time than the law's. */
export function checkZoneData(version: string | undefined = process.versions.tz): Check {
  const name = 'Zone data'
  const data = zoneData(version)
  const found = describeZoneData(data)
  return data.isOlder
    ? bad(name, found, `install a Node whose \`node -p process.versions.tz\` is ${data.known} or newer`)
    : ok(name, found)
}
