import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { etag } from 'hono/etag'
import ical, { ICalCalendarMethod, ICalEventTransparency } from 'ical-generator'
import PQueue from 'p-queue'
import { upcomingOccurrences, type UpcomingOccurrence } from '../client/reminders/upcoming-occurrences.js'
import { InputError } from '../client/errors.js'
import { describeValue } from '../client/input/issues.js'
import { describeSchedule } from '../domain/calendar/words/words.js'
import { runWorkflowId } from '../domain/ids.js'
import type { Queryable } from '../store/database.js'

const dayMs = 86_400_000
const defaultDays = 90
export const maxFeedDays = 366
const most = 500
/** How often calendars are asked to look again. */
const refreshSeconds = 900
/** A reminder has no length; some calendars show nothing of what has none. */
const shownMs = 15 * 60_000

/** Whose occurrences the feed has; of some accounts only, where the token is restricted to those. */
export type FeedOwner = { operator: string; accountIds?: readonly string[] }

export type FeedDependencies = {
  database: Queryable
  /** By the token in the query, the one thing that a calendar can send. @throws HttpError `unauthorized`, `forbidden` */
  authenticate: (context: Context) => Promise<FeedOwner>
  now?: () => Date
}

/** `/calendar.ics`, to be mounted at `/v1`: the upcoming occurrences, for calendars that subscribe to it. */
export function calendarFeed({ database, authenticate, now = () => new Date() }: FeedDependencies): Hono {
  const routes = new Hono()
  // Rules take the thread: one feed after the other.
  const queue = new PQueue({ concurrency: 1 })
  routes.get('/calendar.ics', etag(), async (context) => {
    const owner = await authenticate(context)
    const days = readDays(context.req.query('days'))
    const at = now()
    const text = await queue.add(async () => {
      const until = new Date(at.getTime() + days * dayMs)
      return feedText(owner, await upcomingOccurrences(database, { ...owner, now: at, until, limit: most }))
    })
    // For this client alone, and asked for again with its tag each time.
    context.header('Cache-Control', 'private, no-cache')
    context.header('Content-Disposition', 'inline; filename="carillon.ics"')
    // The address has the token.
    context.header('Referrer-Policy', 'no-referrer')
    return context.body(text, 200, { 'Content-Type': 'text/calendar; charset=utf-8' })
  })
  return routes
}

/** @throws InputError */
function readDays(given: string | undefined): number {
  if (given === undefined) return defaultDays
  const days = /^[1-9]\d{0,2}$/.test(given) ? Number(given) : 0
  if (days >= 1 && days <= maxFeedDays) return days
  throw new InputError([
    {
      field: 'days',
      got: describeValue(given),
      expected: `expected a whole number from 1 to ${maxFeedDays}`,
    },
  ])
}

/** The same text for the same occurrences, so that its tag is the same; no text of a message, and nobody's number. */
export function feedText({ operator }: FeedOwner, occurrences: readonly UpcomingOccurrence[]): string {
  const calendar = ical({
    name: 'Carillon',
    prodId: { company: 'Carillon', product: 'Reminders', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: refreshSeconds,
  })
  const words = new Map<string, string>()
  for (const { view, occurrence, dueAt } of occurrences) {
    const start = new Date(dueAt)
    calendar.createEvent({
      id: occurrenceUid(operator, { key: view.key, occurrence }),
      // Instants in UTC: a calendar shows them in the zone of who looks, whatever it knows of zones.
      start,
      end: new Date(start.getTime() + shownMs),
      stamp: view.createdAt,
      sequence: view.revision,
      summary: view.key,
      description: `${wordsOf(view)}\nAccount: ${view.accountId}`,
      transparency: ICalEventTransparency.TRANSPARENT,
    })
  }
  return `${calendar.toString()}\r\n`

  function wordsOf({ key, definition }: UpcomingOccurrence['view']): string {
    const known = words.get(key) ?? describeSchedule(definition.schedule)
    words.set(key, known)
    return known
  }
}

/** Of the occurrence and not of when it fires: one that is snoozed moves. */
export function occurrenceUid(
  operator: string,
  { key, occurrence }: { key: string; occurrence: string },
): string {
  const digest = createHash('sha256')
    .update(runWorkflowId(operator, key, occurrence))
    .digest('hex')
  return `${digest.slice(0, 32)}@carillon`
}
