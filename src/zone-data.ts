import { zoneRulesVersion } from './domain/hours/zone-rules.js'
import { say } from './domain/sentences/say.js'
import type { Sentence } from './domain/sentences/sentence.js'

/** Which rules of time zones this process counts with: those of a pinned package, whatever Node's own are. */
export type ZoneData = {
  /** Such as `2026f`. */
  version: string
  /** That of Node, where it is newer: rules that changed since then are not in use. */
  newerInNode?: string
}

export function zoneData(node: string | undefined = process.versions.tz): ZoneData {
  const version = zoneRulesVersion()
  return { version, ...(node !== undefined && isOlderZoneData(version, node) && { newerInNode: node }) }
}

/** Versions are a year and letters: `2025c`; after `z` come `za`, `zb`. */
export function isOlderZoneData(version: string, other: string): boolean {
  const [year, letters] = partsOf(version)
  const [otherYear, otherLetters] = partsOf(other)
  if (year !== otherYear) return year < otherYear
  if (letters.length !== otherLetters.length) return letters.length < otherLetters.length
  return letters < otherLetters
}

export function describeZoneData({ version, newerInNode }: ZoneData): Sentence {
  return say('doctorZoneData', { version, newer: newerInNode })
}

function partsOf(version: string): [number, string] {
  const { year, letters } = /^(?<year>\d{4})(?<letters>[a-z]*)$/.exec(version)?.groups ?? {}
  return [Number(year ?? 0), letters ?? '']
}
