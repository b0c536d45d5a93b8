import { z } from 'zod'
import { csrfHeader } from '../auth/same-origin.js'
import { maxFeedDays } from '../calendar-feed.js'
import { browsersAnswer, signedOutAnswer, signInAnswer, signInInput } from './answers/sign-in.js'
import type { Parameter } from './openapi.js'
import { written, type Route } from './route.js'
import { allRoutes } from './routes/all.js'

/** What the OpenAPI document says of a route. */
export type Described = Omit<Route, 'role' | 'handle'> & {
  role?: Route['role']
  /** What it is asked with, where that is not the header `Authorization` alone: schemes of the document, of which one will do. */
  security?: Record<string, []>[]
  inHeader?: Parameter[]
}

const live = 'Live'
const signIn = 'Sign-in'
const browserAlone = [{ browser: [] as [] }]
const csrf: Parameter = {
  name: csrfHeader,
  in: 'header',
  required: true,
  description: 'The secret that signing in, or `GET /v1/sign-in`, answered.',
  schema: { type: 'string' },
}
const lastEventId: Parameter = {
  name: 'Last-Event-ID',
  in: 'header',
  description: 'The last `id` that was told: what came after it is told, and nothing twice.',
  schema: { type: 'string' },
}

const stream = {
  method: 'get',
  tag: live,
  role: 'viewer',
  security: [{ token: [] }, { browser: [] }],
  inHeader: [lastEventId],
  statuses: { 200: 'Events, for as long as they are read.' },
  contentType: 'text/event-stream',
  errors: ['not_ready'],
} satisfies Partial<Described>

/** What is under `/v1` and no call of the client: streams, the feed, and what browsers sign in by. Their handlers are their own. */
const besides: readonly Described[] = [
  {
    ...stream,
    id: 'watchEvents',
    path: '/events',
    summary: 'What changes, as it changes, as server-sent events',
    description: 'Of everything that you may see; `docs/live-events.md` has the events.',
    parameters: [],
  },
  {
    ...stream,
    id: 'watchRun',
    path: '/runs/{run}/events',
    summary: 'What changes of one run, as server-sent events',
    parameters: ['run'],
  },
  {
    ...stream,
    id: 'watchPairing',
    path: '/accounts/{account}/pairing/events',
    summary: 'Each code to show as an account is linked, and how that ends, as server-sent events',
    parameters: ['account'],
    role: 'owner',
    statuses: { ...stream.statuses, 204: 'It is over, and was told: an `EventSource` comes no more.' },
  },
  {
    id: 'calendarFeed',
    method: 'get',
    path: '/calendar.ics',
    tag: live,
    summary: 'The upcoming occurrences, for calendars that subscribe to an address',
    description: 'A token in an address must have the role `calendar`, which opens nothing else.',
    role: 'calendar',
    security: [{ calendar: [] }, { token: [] }, { browser: [] }],
    parameters: [],
    query: z.object({
      days: z
        .int()
        .min(1)
        .max(maxFeedDays)
        .optional()
        .meta({ description: 'How far ahead; 90 when not given.' }),
    }),
    statuses: { 200: 'The calendar (RFC 5545).', 304: 'It is as it was: see `If-None-Match`.' },
    contentType: 'text/calendar',
    hasEtag: true,
  },
  {
    id: 'signIn',
    method: 'post',
    path: '/sign-in',
    tag: signIn,
    summary: 'Sign a browser in, with a token or a one-time link',
    description:
      'From a page of this server. The cookie is for no script to read; what changes something takes `csrf`, too, in the header `x-carillon-csrf`.',
    security: [],
    parameters: [],
    body: written<unknown>(signInInput),
    statuses: { 200: 'Who is signed in, and the cookie.' },
    answer: signInAnswer,
    errors: ['csrf', 'too_many_requests'],
  },
  {
    id: 'showSignIn',
    method: 'get',
    path: '/sign-in',
    tag: signIn,
    summary: 'Who is signed in',
    security: browserAlone,
    parameters: [],
    statuses: { 200: 'Who is signed in.' },
    answer: signInAnswer,
  },
  {
    id: 'signOut',
    method: 'delete',
    path: '/sign-in',
    tag: signIn,
    summary: 'Sign this browser out',
    security: browserAlone,
    inHeader: [csrf],
    parameters: [],
    statuses: { 204: 'It is signed out.' },
    errors: ['csrf'],
  },
  {
    id: 'listBrowsers',
    method: 'get',
    path: '/sign-in/everywhere',
    tag: signIn,
    summary: 'The browsers that are signed in with the same token',
    security: browserAlone,
    parameters: [],
    statuses: { 200: 'This one first, then the one that was seen last: 100 at most.' },
    answer: browsersAnswer,
  },
  {
    id: 'signOutEverywhere',
    method: 'delete',
    path: '/sign-in/everywhere',
    tag: signIn,
    summary: 'Sign out every browser that signed in with the same token',
    security: browserAlone,
    inHeader: [csrf],
    parameters: [],
    statuses: { 200: 'How many there were.' },
    answer: signedOutAnswer,
    errors: ['csrf'],
  },
]

/** All that is under `/v1`. */
export const describedRoutes: readonly Described[] = [...allRoutes, ...besides]
