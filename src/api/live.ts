import { createHash } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { Hono } from 'hono'
import type { CarillonClient } from '../client/client.js'
import type { Logger } from '../logging.js'
import type { Database } from '../store/database.js'
import { calendarFeed } from './calendar-feed.js'
import { known, requireRole, type Authenticate, type Caller } from './caller.js'
import { EventHub } from './events/hub.js'
import { eventRoutes } from './events/routes.js'
import type { Scope } from './events/scope.js'
import { tokenDigest } from '../client/operators/secrets.js'
import { HttpError } from './v1/problems.js'

/** How long who was signed out or whose token was revoked may go on watching. */
const lookAgainMs = 5_000

export type Live = {
  /** To be mounted at `/v1`. */
  routes: Hono
  /** Ends all streams with the hint to come again. */
  drain(): void
  close(): void
}

type Watching = { request: Request; ending: AbortController }

/** What is told live, and the calendar feed, for the callers of the API. */
export function liveRoutes({
  authenticate,
  clientOf,
  database,
  databaseUrl,
  logger,
}: {
  authenticate: Authenticate
  /** What acts for the operator of a caller. */
  clientOf: (caller: Caller) => CarillonClient
  database: Database
  databaseUrl: string
  logger: Logger
}): Live {
  const hub = new EventHub({ databaseUrl, database, logger })
  /** By a digest of what they were known by: many streams of one token are asked about once. */
  const watching = new Map<string, Watching>()
  let timer: NodeJS.Timeout | undefined

  const events = eventRoutes({
    hub,
    viewerOf: async ({ req: { raw } }) => {
      const caller = await known(authenticate, raw)
      requireRole(caller, 'viewer')
      return { scope: scopeOf(caller), until: whileKnown(raw) }
    },
    pairingViewerOf: async ({ req: { raw } }, accountId) => {
      const caller = await known(authenticate, raw)
      // For owners, as `allowed.ts` has it. What is of others is answered as it is to who asks once.
      const view = await clientOf(caller).accounts.pairing(accountId)
      return { operator: caller.operatorId, view, until: whileKnown(raw) }
    },
  })
  const feed = calendarFeed({
    database,
    authenticate: async ({ req }) => {
      const token = req.query('token')
      const caller = await known(authenticate, token === undefined ? req.raw : bearing(token))
      // An address is passed on, stored and logged by others.
      if (token !== undefined && caller.role !== 'calendar')
        throw new HttpError(
          'forbidden',
          `A token in an address must have the role 'calendar', and this one has '${caller.role}'.`,
        )
      const { operatorId: operator, accounts } = caller
      return { operator, ...(accounts && { accountIds: accounts }) }
    },
  })

  function whileKnown(request: Request): AbortSignal {
    const { headers } = request
    const id = createHash('sha256')
      .update(headers.get('authorization') ?? headers.get('cookie') ?? '')
      .digest('hex')
    const one = watching.get(id) ?? { request, ending: new AbortController() }
    watching.set(id, one)
    timer ??= setInterval(() => void look(), lookAgainMs).unref()
    return one.ending.signal
  }

  async function look(): Promise<void> {
    for (const [id, { request, ending }] of watching)
      if (getEventListeners(ending.signal, 'abort').length === 0) watching.delete(id)
      else if (!(await isStillKnown(request))) {
        watching.delete(id)
        ending.abort()
      }
    if (watching.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  async function isStillKnown(request: Request): Promise<boolean> {
    try {
      return (await authenticate(request)) !== undefined
    } catch (error) {
      // Postgres is away: who was known is asked about again.
      logger.warn({ error }, 'whether those who watch may go on could not be looked up')
      return true
    }
  }

  const routes = new Hono()
  routes.route('/', events.routes)
  routes.route('/', feed)
  return {
    routes,
    drain: () => events.drain(),
    close() {
      clearInterval(timer)
      hub.close()
    },
  }
}

function scopeOf({ operatorId, accounts }: Caller): Scope {
  if (accounts === undefined) return operatorId
  const ids = new Set(accounts)
  return ({ operator, accountId }) => operator === operatorId && ids.has(accountId)
}

/** What has not the form of a token may have what no header can. */
function bearing(token: string): Request {
  const headers = tokenDigest(token) && { authorization: `Bearer ${token}` }
  return new Request('http://localhost/', { ...(headers && { headers }) })
}
