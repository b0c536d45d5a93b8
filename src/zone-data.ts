import { createRequire } from 'node:module'

/** Which rules of time zones this process counts with: those of Node. A pinned package tells how old they are. */
export type ZoneData = {
  /** Such as `2025c`; missing where Node was built without its own data. */
  version?: string
  /** The version that the pinned package of zone data brings. */
  known: string
  isOlder: boolean
}

export function zoneData(version: string | undefined = process.versions.tz): ZoneData {
  const known = knownVersion()
  return { ...(version !== undefined && { version }), known, isOlder: isOlderZoneData(version, known) }
}

/** Versions are a year and letters: `2025c`; after `z` come `za`, `zb`. Data of an unknown version counts as older. */
export function isOlderZoneData(version: string | undefined, known: string): boolean {
  const [year, letters] = partsOf(version ?? '')
  const [knownYear, knownLetters] = partsOf(known)
  if (year !== knownYear) return year < knownYear
  if (letters.length !== knownLetters.length) return letters.length < knownLetters.length
  return letters < knownLetters
}

export function describeZoneData({ version, known, isOlder }: ZoneData): string {
  const own = version ?? 'of an unknown version'
  return isOlder ? `${own}, older than ${known}: zones whose rules changed since may be an hour off` : own
}

function partsOf(version: string): [number, string] {
  const { year, letters } = /^(?<year>\d{4})(?<letters>[a-z]*)$/.exec(version)?.groups ?? {}
  return [Number(year ?? 0), letters ?? '']
}

let known: string | undefined

/** Read once: the file is 0.7 MB. */
function knownVersion(): string {
  if (known !== undefined) return known
  const data: unknown = createRequire(import.meta.url)('moment-timezone/data/packed/latest.json')
  if (typeof data !== 'object' || data === null || !('version' in data) || typeof data.version !== 'string')
    throw new Error(
      'the data of moment-timezone names no version: install the version that package.json pins',
    )
  known = data.version
  return known
}
