// It reads a file of a pinned package, which is as constant as code is; an import of JSON makes Node 20 warn.
// oxlint-disable-next-line no-restricted-imports
import { createRequire } from 'node:module'
import { Temporal } from 'temporal-polyfill'

/**
 * The rules of time zones: those of the pinned package `moment-timezone`, so that all processes of one version of
 * Carillon count alike whatever Node they run on. Its data has each change of each zone to the year 2499. Workflow code
 * must not import this: the data would be part of their bundle.
 */

/** The time between two changes of a zone's clock, in ms since 1970: the end belongs to the next one. */
export type Stretch = { from: number; to: number; offsetMs: number }

type PackedData = { version: string; zones: string[]; links: string[] }

/** Zones by name in small letters, as Node takes names in any case; a link has the name of its zone. */
type Index = { version: string; zones: Map<string, string>; links: Map<string, string> }

let index: Index | undefined
const unpacked = new Map<string, Stretch[]>()

/** Such as `2026f`: the version of the rules that this process computes with. */
export function zoneRulesVersion(): string {
  return indexed().version
}

/** True for an IANA zone that the package or, for the rest, Node knows. */
export function isZone(zone: string): boolean {
  if (stretchesOf(zone) !== undefined) return true
  try {
    nodeStretch(zone, 0)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/**
 * The offset of `zone` at an instant, and since and until when it lasts.
 * @throws RangeError where nobody knows the zone
 */
export function stretchAt(zone: string, ms: number): Stretch {
  const stretches = stretchesOf(zone)
  if (stretches === undefined) return nodeStretch(zone, ms)
  let low = 0
  let high = stretches.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ms < (stretches[middle]?.to ?? Infinity)) high = middle
    else low = middle + 1
  }
  return stretches[low] ?? nodeStretch(zone, ms)
}

function stretchesOf(zone: string): Stretch[] | undefined {
  const known = unpacked.get(zone)
  if (known !== undefined) return known
  const { zones, links } = indexed()
  let name = zone.toLowerCase()
  for (let target = links.get(name); target !== undefined; target = links.get(name)) name = target
  const packed = zones.get(name)
  if (packed === undefined) return undefined
  const stretches = unpack(packed)
  unpacked.set(zone, stretches)
  return stretches
}

/**
 * `name|abbreviations|offsets|indices|untils|population`: the offsets are minutes west, the indices say which of them
 * holds in turn, the untils are the minutes from each change to the next. All numbers have the base 60.
 */
function unpack(packed: string): Stretch[] {
  const [, , offsets = '', indices = '', untils = ''] = packed.split('|')
  const offsetsMs = offsets.split(' ').map((minutes) => -base60(minutes) || 0)
  const lengths = untils.split(' ').map(base60)
  const stretches: Stretch[] = []
  let from = -Infinity
  for (const [turn, digit] of indices.split('').entries()) {
    const offsetMs = offsetsMs[digitOf(digit)] ?? 0
    const isLast = turn === indices.length - 1
    const to = isLast ? Infinity : (turn === 0 ? 0 : from) + (lengths[turn] ?? 0)
    const before = stretches.at(-1)
    // A change of the name alone, or to and from summer time at once, moves no clock.
    if (before?.offsetMs === offsetMs) before.to = to
    else stretches.push({ from, to, offsetMs })
    from = to
  }
  return stretches
}

/** Minutes such as `-2a.i`, in ms: whole seconds, as the data has them. */
function base60(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  let minutes = 0
  for (const digit of whole) minutes = minutes * 60 + digitOf(digit)
  let part = 0
  for (const digit of fraction.split('').toReversed()) part = (part + digitOf(digit)) / 60
  return sign * Math.round((minutes + part) * 60) * 1_000
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX'

function digitOf(digit: string): number {
  return digits.indexOf(digit)
}

/** For names that the package lacks, such as `+03:00`. */
function nodeStretch(zone: string, ms: number): Stretch {
  const zoned = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone)
  return {
    from: zoned.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
    to: zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
    offsetMs: zoned.offsetNanoseconds / 1e6,
  }
}

/** Read when it is first asked for: the file is 0.7 MB. */
function indexed(): Index {
  if (index !== undefined) return index
  const data: unknown = createRequire(import.meta.url)('moment-timezone/data/packed/latest.json')
  if (!isPackedData(data))
    throw new Error(
      'the data of moment-timezone is not as expected: install the version that package.json pins',
    )
  const zones = data.zones.map((packed) => [nameOf(packed), packed] as const)
  const links = data.links.map((link) => {
    const [target = '', alias = ''] = link.toLowerCase().split('|')
    return [alias, target] as const
  })
  index = { version: data.version, zones: new Map(zones), links: new Map(links) }
  return index
}

function nameOf(packed: string): string {
  return packed.slice(0, packed.indexOf('|')).toLowerCase()
}

function isPackedData(data: unknown): data is PackedData {
  if (typeof data !== 'object' || data === null) return false
  const { version, zones, links } = data as Record<string, unknown>
  return typeof version === 'string' && Array.isArray(zones) && Array.isArray(links)
}
