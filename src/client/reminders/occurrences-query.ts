import { z } from 'zod'
import { firstYear, lastYear } from '../../domain/calendar/local-time.js'
import { say } from '../../domain/sentences/say.js'
import { decodeCursor } from '../../store/page.js'
import { InputError, type InputIssue } from '../errors.js'
import { describeValue } from '../input/issues.js'
import { wholeNumber } from '../input/schema/values.js'
import { defaultLimit, pageFields } from '../paging.js'

/** A year's pages, or a month with the weeks around it. */
export const mostDays = 62
const dayMs = 86_400_000

const dayExpected = say('dayForm', { first: String(firstYear), last: String(lastYear) })
const day = z.iso
  .date({ error: dayExpected })
  .refine((text) => Number(text.slice(0, 4)) >= firstYear && Number(text.slice(0, 4)) <= lastYear, {
    error: dayExpected,
  })

/** What is asked of a calendar. */
export const occurrencesFields = {
  from: day.meta({ description: "The first day, on the clock of each reminder's zone." }),
  to: day.meta({ description: `The last day, inclusive: at most ${mostDays} days in all.` }),
  account: z.string().optional().meta({ description: 'Only those of this account.' }),
  key: z.string().optional().meta({ description: 'Only those of this reminder.' }),
  perDay: wholeNumber(1, 500)
    .optional()
    .meta({ description: 'The first of each day, at most so many, in place of pages.' }),
  ...pageFields,
}

export type OccurrencesQuery = {
  /** Days on the clock of each reminder's zone, `2026-12-24`, both inclusive; at most 62 of them. */
  from: string
  to: string
  account?: string
  key?: string
  /** The first of each day, at most so many, in place of pages. */
  perDay?: number
  /** 1 to 500; 50 when not given. */
  limit?: number
  /** `next` of the page before. */
  cursor?: string
}

/** @throws InputError */
export function readOccurrencesQuery(query: OccurrencesQuery): {
  from: string
  to: string
  key?: string
  limit: number
  perDay?: number
  after?: [string, string]
} {
  const { from, to, key, perDay, limit = defaultLimit, cursor } = query
  const fields = { from, to, limit, ...(perDay !== undefined && { perDay }) }
  const issues: InputIssue[] = Object.entries(fields).flatMap(([field, value]) => {
    const issue = occurrencesFields[field as keyof typeof fields].safeParse(value).error?.issues[0]
    return issue ? [{ field, got: describeValue(value), expected: issue.message }] : []
  })
  const days = (Date.parse(to) - Date.parse(from)) / dayMs + 1
  if (issues.length === 0 && (days < 1 || days > mostDays))
    issues.push({
      field: 'to',
      got: describeValue(to),
      expected: say('daysFrom', { from, most: mostDays }),
    })
  const place = cursor === undefined ? undefined : decodeCursor(cursor, ['local', 'text'])
  if (cursor !== undefined && place === undefined) issues.push({ field: 'cursor', expected: say('pageNext') })
  if (cursor !== undefined && perDay !== undefined)
    issues.push({ field: 'perDay', got: describeValue(perDay), expected: say('noCursorWithIt') })
  if (issues.length > 0) throw new InputError(issues)
  return {
    from,
    to,
    limit,
    ...(key !== undefined && { key }),
    ...(perDay !== undefined && { perDay }),
    ...(place && { after: [place[0] ?? '', place[1] ?? ''] }),
  }
}
