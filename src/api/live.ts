import { Hono } from 'hono'
import type { CarillonClient } from '../client/client.js'
import type { Logger } from '../logging.js'
import type { Database } from '../store/database.js'
import { calendarFeed } from './calendar-feed.js'
import { known, requireRole, type Authenticate, type Caller } from './caller.js'
import { EventHub } from './events/hub.js'
import { eventRoutes } from './events/routes.js'
import type { Scope } from './events/scope.js'
import { Viewers } from './events/viewers.js'
import { tokenDigest } from '../client/operators/secrets.js'
import { HttpError } from './v1/problems.js'

export type Live = {
  /** To be mounted at `/v1`. */
  routes: Hono
  /** Ends all streams with the hint to come again. */
  drain(): void
  close(): void
}

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
  const viewers = new Viewers({ authenticate, logger })

  const events = eventRoutes({
    hub,
    viewerOf: async ({ req: { raw } }) => {
      const caller = await known(authenticate, raw)
      requireRole(caller, 'viewer')
      return { scope: scopeOf(caller), until: viewers.whileKnown(raw) }
    },
    pairingViewerOf: async ({ req: { raw } }, accountId) => {
      const caller = await known(authenticate, raw)
      // For owners, as `allowed.ts` has it. What is of others is answered as it is to who asks once.
      const view = await clientOf(caller).accounts.pairing(accountId)
      return { operator: caller.operatorId, view, until: viewers.whileKnown(raw) }
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

  const routes = new Hono()
  routes.route('/', events.routes)
  routes.route('/', feed)
  return {
    routes,
    drain: () => events.drain(),
    close() {
      viewers.close()
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
