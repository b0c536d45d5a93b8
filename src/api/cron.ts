import { Hono } from 'hono'
import { CarillonError } from '../client/errors.js'
import type { Reconcile } from '../client/reconcile.js'
import type { Logger } from '../logging.js'
import { hasBearerToken } from './bearer.js'
import { problem } from './problem.js'

export type CronDependencies = {
  /** Without one the routes are off: 404. */
  cronSecret: string | undefined
  reconcile: Reconcile
  logger: Logger
}

/** The routes for a cron service outside. */
export function cronRoutes({ cronSecret, reconcile, logger }: CronDependencies): Hono {
  const routes = new Hono()
  if (cronSecret === undefined) return routes

  routes.post('/process-scheduled', async (context) => {
    if (!hasBearerToken(context.req.header('authorization'), cronSecret)) {
      context.header('WWW-Authenticate', 'Bearer realm="carillon"')
      return problem(context, 401, 'unauthorized', 'Send the header `Authorization: Bearer <CRON_SECRET>`.')
    }
    try {
      const report = await reconcile({
        onBusy: (event) => logger.warn({ job: 'reconcile' }, event),
      })
      logger.info({ ...report }, 'reconciled')
      return context.json(report)
    } catch (error) {
      if (!(error instanceof CarillonError)) throw error
      logger.error({ error }, 'reconcile failed')
      return problem(context, 503, error.code, error.message)
    }
  })
  routes.all('/process-scheduled', (context) => {
    context.header('Allow', 'POST')
    return problem(context, 405, 'method_not_allowed', 'Use POST.')
  })
  return routes
}
