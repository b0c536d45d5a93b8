import { Hono } from 'hono'
import { cronRoutes, type CronDependencies } from './cron.js'
import { problem } from './problem.js'

/** The HTTP API as a value: it listens nowhere, and a test calls it directly. */
export function createApi(dependencies: CronDependencies): Hono {
  const { logger } = dependencies
  const app = new Hono()
  app.route('/api/cron', cronRoutes(dependencies))
  app.notFound((context) => problem(context, 404, 'not_found', 'There is nothing here.'))
  app.onError((error, context) => {
    logger.error({ error, method: context.req.method, path: context.req.routePath }, 'request failed')
    return problem(context, 500, 'failure', 'It failed; the log says where.')
  })
  return app
}
