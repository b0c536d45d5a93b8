import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLogger } from '../../src/logging.js'
import { apiOf, apiToken } from '../support/api.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { eventually } from '../support/eventually.js'

let testDatabase: TestDatabase
let namespace: TestNamespace
beforeAll(async () => {
  ;[testDatabase, namespace] = await Promise.all([createTestDatabase(), createTestNamespace()])
})
afterAll(async () => {
  await namespace.close()
  await testDatabase.close()
})

test('a request is found in the log by the id that it was answered with, and nothing personal is there', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'carillon-log-')), 'api.log')
  const { send } = apiOf(
    { temporal: namespace.temporal, database: testDatabase.database, operator: 'school' },
    {
      logger: createLogger('debug', file),
      dependencies: {
        examine: () => Promise.reject(new Error('The secret word of +254700000001 is Pelican')),
      },
    },
  )
  const body = { to: '+254700000001', text: 'Pelican', at: 'tomorrow 09:00', key: 'name-of-a-pupil' }
  const headers = { 'Idempotency-Key': 'name-of-a-pupil' }
  const ids: string[] = []
  for (const [method, path, options] of [
    ['POST', '/v1/reminders', { body, headers }],
    ['POST', '/v1/preview', { body: { ...body, at: 'Pelican' } }],
    ['GET', '/v1/reminders/name-of-a-pupil?search=Pelican', {}],
    ['GET', '/v1/accounts/254700000001', {}],
    ['GET', '/v1/Pelican', { token: 'another-token-Pelican' }],
    ['POST', '/v1/accounts/x/pause', { body: { reason: 'Pelican' }, headers }],
    ['GET', '/v1/system', {}],
  ] as const)
    ids.push((await send(method, path, options)).headers.get('x-request-id') ?? '')
  const log = await eventually(async () => {
    const text = readFileSync(file, 'utf8')
    for (const id of ids) expect(text).toContain(id)
    return text
  })
  for (const personal of ['Pelican', '254700000001', 'name-of-a-pupil', apiToken, 'another-token'])
    expect(log).not.toContain(personal)
  expect(log).toContain('"route":"GET /v1/accounts/{account}"')
  expect(log).toMatch(/"request failed"/)
})
