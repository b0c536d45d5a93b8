import { unexpected } from './issue.js'
import { formatWall, msToWall, parseWall, wallToMs } from './local-time.js'
import { isZone } from '../hours/zone.js'
import { say } from '../sentences/say.js'

/** iCalendar content lines (RFC 5545, 3.1), as far as a recurrence needs them. */

export type ContentLine = {
  name: 'DTSTART' | 'RRULE' | 'EXDATE' | 'RDATE'
  tzid?: string
  value: string
}

/** Canonical wall times in the calendar's zone. */
export type LocalDates = string[]

const names = ['DTSTART', 'RRULE', 'EXDATE', 'RDATE'] as const

export function contentLines(text: string, messages: string[]): ContentLine[] {
  // A line that begins with a space goes on with the one before it.
  const unfolded = text.replaceAll(/\r?\n[ \t]/g, '')
  const lines: ContentLine[] = []
  for (const line of unfolded.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line === '') continue
    const read = readLine(line, messages)
    if (read !== undefined) lines.push(read)
  }
  return lines
}

function readLine(line: string, messages: string[]): ContentLine | undefined {
  if (/^FREQ=/i.test(line)) return { name: 'RRULE', value: line }
  const colon = line.indexOf(':')
  const [word = '', ...parameters] = (colon < 0 ? line : line.slice(0, colon)).split(';')
  const name = names.find((known) => known === word.toUpperCase())
  if (word.toUpperCase() === 'EXRULE') {
    messages.push(say('exrule'))
    return undefined
  }
  if (name === undefined || colon < 0) {
    messages.push(unexpected('line', say('phraseContentLine'), line))
    return undefined
  }
  // A rule keeps its parameters' place empty: `RRULE;…:` has none in use.
  const read: ContentLine = { name, value: line.slice(colon + 1).trim() }
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=')
    if (key.toUpperCase() === 'TZID') read.tzid = value.replaceAll('"', '')
    else if (key.toUpperCase() === 'VALUE' && value.toUpperCase() !== 'DATE-TIME')
      messages.push(say('valueOfTimes', { part: name, got: value }))
  }
  return read
}

/** The line's times on the wall clock of `zone`, whatever zone the line has. */
export function readDates(line: ContentLine, zone: string, messages: string[]): LocalDates {
  const { name, tzid } = line
  // DTSTART's zone is the calendar's own, and is reported there.
  if (tzid !== undefined && name !== 'DTSTART' && !isZone(tzid)) {
    messages.push(unexpected(name, say('phraseZoneAsTzid'), tzid))
    return []
  }
  return line.value.split(',').flatMap((word) => {
    const [, year, month, day, hour, minute, second, utc] =
      /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z)?$/i.exec(word.trim()) ?? []
    const wall = parseWall(`${year}-${month}-${day}T${hour}:${minute}:${second}`)
    if (wall === undefined) {
      messages.push(unexpected(name, say('phraseTimeStamp'), word.trim()))
      return []
    }
    const from = utc === undefined ? (tzid ?? zone) : 'UTC'
    return [
      from === zone || !isZone(from) ? formatWall(wall) : formatWall(msToWall(wallToMs(wall, from), zone)),
    ]
  })
}
