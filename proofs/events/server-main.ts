import { createAdaptorServer } from '@hono/node-server'
import { createApi } from '../../src/api/app.js'
import { EventHub } from '../../src/api/events/hub.js'
import { eventRoutes } from '../../src/api/events/routes.js'
import { createLogger } from '../../src/logging.js'
import { openDatabase } from '../../src/store/database.js'
import { keyRingOf } from '../../src/client/encryption-key.js'
import { parseConfig } from '../../src/config.js'

/**
 * The routes of events alone, in a process that a test or a measurement may kill: whoever asks sees what
 * `EVENTS_OPERATOR` owns. It says where it listens, and with the message `memory` what it takes.
 */
const {
  DATABASE_URL: databaseUrl = '',
  EVENTS_OPERATOR: operator = '',
  EVENTS_PORT: port = '0',
  EVENTS_STALL_MS: stallMs = '30000',
} = process.env
const logger = createLogger('warn')
const database = openDatabase(databaseUrl, {
  ring: keyRingOf(parseConfig(process.env)),
  onIdleError: (error) => logger.warn({ error }, 'idle connection'),
})
const hub = new EventHub({ databaseUrl, database, logger })
const events = eventRoutes({
  hub,
  viewerOf: () => ({ scope: operator }),
  limits: { stallMs: Number(stallMs) },
})
const app = createApi({
  cronSecret: undefined,
  reconcile: () => Promise.reject(new Error('nobody may ask for it')),
  logger,
  live: events.routes,
})
const server = createAdaptorServer({ fetch: app.fetch, hostname: '127.0.0.1' })

server.listen(Number(port), '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`listening on ${typeof address === 'object' ? address?.port : port}\n`)
})
process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external, clients: events.count() })
})
process.on('disconnect', () => process.exit(0))
process.once('SIGTERM', () => {
  events.drain()
  server.close(() => {
    hub.close()
    void database.end().then(() => process.exit(0))
  })
})
