import { expect, test, vi } from 'vitest'
import { createApi } from '../../../src/api/app.js'
import { CarillonError } from '../../../src/client/errors.js'
import type { ReconcileReport } from '../../../src/client/reconcile.js'
import { createLogger } from '../../../src/logging.js'
import { parseConfig } from '../../../src/config.js'

const secret = 'a-secret-of-cron-services'
const path = '/api/cron/process-scheduled'
const report: ReconcileReport = {
  kind: 'done',
  checked: 3,
  started: 1,
  nudged: 0,
  resumedRuns: 0,
  startedSessions: 0,
  startedRelays: 0,
  resumedWebhooks: 0,
  resumedUpdates: 0,
  skipped: 0,
  problems: [],
}

function api(reconcile: () => Promise<ReconcileReport> = async () => report, cronSecret?: string) {
  const spy = vi.fn<typeof reconcile>(reconcile)
  return { spy, app: createApi({ cronSecret, reconcile: spy, logger: createLogger('silent') }) }
}

const post = (authorization?: string) => ({
  method: 'POST',
  headers: authorization === undefined ? {} : { authorization },
})

test('who knows the secret gets the counts', async () => {
  const { app, spy } = api(undefined, secret)
  for (const authorization of [`Bearer ${secret}`, `bearer  ${secret}`]) {
    const answer = await app.request(path, post(authorization))
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual(report)
  }
  expect(spy).toHaveBeenCalledTimes(2)
})

test.each([
  ['no header', undefined],
  ['an empty one', ''],
  ['no token', 'Bearer '],
  ['another token', 'Bearer another-secret-altogether'],
  ['the beginning of the token', `Bearer ${secret.slice(0, -1)}`],
  ['more than the token', `Bearer ${secret}x`],
  ['another case', `Bearer ${secret.toUpperCase()}`],
  ['another scheme', `Basic ${secret}`],
  ['the bare token', secret],
  ['two tokens', `Bearer ${secret} ${secret}`],
])('401 and nothing done: %s', async (_what, authorization) => {
  const { app, spy } = api(undefined, secret)
  const answer = await app.request(path, post(authorization))
  expect(answer.status).toBe(401)
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="carillon"')
  const text = await answer.text()
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'unauthorized' } })
  expect(text).not.toContain(secret)
  expect(spy).not.toHaveBeenCalled()
})

test('without a secret there is no such route, whatever is sent', async () => {
  const { app, spy } = api()
  for (const authorization of [undefined, 'Bearer ', 'Bearer undefined'])
    expect((await app.request(path, post(authorization))).status).toBe(404)
  expect((await app.request(path)).status).toBe(404)
  expect(spy).not.toHaveBeenCalled()
})

test('other methods are refused and told which one it is', async () => {
  const { app, spy } = api(undefined, secret)
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
    const headers = { authorization: `Bearer ${secret}` }
    const answer = await app.request(path, { method, headers })
    expect(answer.status).toBe(405)
    expect(answer.headers.get('allow')).toBe('POST')
  }
  expect(spy).not.toHaveBeenCalled()
  expect((await app.request('/api/cron/other', post(`Bearer ${secret}`))).status).toBe(404)
})

test('what cannot be reached is 503 with what to do; what is not known is 500 without details', async () => {
  const away = api(
    () => Promise.reject(new CarillonError('unreachable', 'Temporal cannot be reached.')),
    secret,
  )
  const answer = await away.app.request(path, post(`Bearer ${secret}`))
  expect(answer.status).toBe(503)
  expect(await answer.json()).toEqual({
    error: { code: 'unreachable', message: 'Temporal cannot be reached.' },
  })
  const broken = api(() => Promise.reject(new Error('password=hunter2')), secret)
  const failed = await broken.app.request(path, post(`Bearer ${secret}`))
  expect(failed.status).toBe(500)
  expect(await failed.text()).not.toContain('hunter2')
})

test('the settings: a secret turns the API on, and a bad one is not repeated', () => {
  expect(parseConfig({})).toMatchObject({ apiPort: undefined, cronSecret: undefined, retentionDays: 90 })
  expect(parseConfig({ CRON_SECRET: secret })).toMatchObject({ apiPort: 8400, apiHost: '127.0.0.1' })
  expect(parseConfig({ CARILLON_API_PORT: '0' })).toMatchObject({ apiPort: 0, cronSecret: undefined })
  const bad = () => parseConfig({ CRON_SECRET: 'short-one', CARILLON_RETENTION_DAYS: '7' })
  expect(bad).toThrow('CRON_SECRET: ')
  expect(bad).toThrow(
    "CARILLON_RETENTION_DAYS: expected at least 31: devices ask again for messages of the last 30 days, got '7'",
  )
  expect(bad).not.toThrow('short-one')
})
