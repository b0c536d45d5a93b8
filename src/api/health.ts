import { Hono } from 'hono'

/** `off`: it is not there, and requests that need it fail. `none`: nobody acts on what is asked for until one comes. */
export type Checked = {
  temporal: 'ok' | 'off'
  postgres: 'ok' | 'off' | 'readOnly'
  migrations: 'ok' | 'other'
  sessions: 'ok' | 'none' | 'unknown'
}

export type Readiness = () => Promise<Checked>

/**
 * For who starts and balances processes, without a token: `/healthz` says that this one answers, `/readyz` whether requests to it
 * can be done. That no worker runs is told and no reason to send requests elsewhere: what is asked for is kept for it.
 */
export function healthRoutes(readiness: Readiness | undefined): Hono {
  const routes = new Hono()
  routes.get('/healthz', (context) => context.json({ status: 'ok' }))
  if (readiness)
    routes.get('/readyz', async (context) => {
      const checks = await readiness()
      const isReady = checks.temporal === 'ok' && checks.postgres === 'ok' && checks.migrations === 'ok'
      const status = isReady ? (checks.sessions === 'ok' ? 'ready' : 'degraded') : 'notReady'
      return context.json({ status, checks }, isReady ? 200 : 503)
    })
  return routes
}
