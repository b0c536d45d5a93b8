import type { Client } from '@temporalio/client'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createReadiness } from '../../../src/api/readiness.js'
import { hasWorkers } from '../../../src/client/workers.js'
import { checkWorkers } from '../../../src/doctor/workers.js'
import { say } from '../../../src/domain/sentences/say.js'
import { createLogger } from '../../../src/logging.js'
import type { Database } from '../../../src/store/database.js'

const serversMs = Date.parse('2026-11-24T06:00:00Z')

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A Temporal that heard of a worker so long ago. */
function temporalWith(agoMs: number): Client {
  const lastAccessTime = { seconds: (serversMs - agoMs) / 1_000 }
  const describeTaskQueue = async () => ({ pollers: [{ identity: '7@host', lastAccessTime }] })
  return { options: { namespace: 'default' }, workflowService: { describeTaskQueue } } as unknown as Client
}

const postgres = {
  query: async () => ({ rows: [{ isReadOnly: false, names: [], now: new Date(serversMs) }] }),
} as unknown as Database
const nowMs = serversMs

it.each([
  ['ahead', 3_600_000, 1_000, true],
  ['behind', -3_600_000, 600_000, false],
])('a worker is there by the clock of the servers, where that of this machine is %s', async (...row) => {
  const [, offMs, agoMs, isThere] = row
  vi.setSystemTime(serversMs + offMs)
  const temporal = temporalWith(agoMs)
  expect(await hasWorkers(temporal, { taskQueue: 'any', nowMs })).toBe(isThere)

  const look = createReadiness({ temporal, database: postgres, logger: createLogger('silent') })
  expect((await look()).sessions).toBe(isThere ? 'ok' : 'none')

  const checks = await checkWorkers(temporal, { remedy: say('doctorNpmStart'), nowMs: async () => nowMs })
  expect(checks.map(({ state }) => state)).toEqual(Array(3).fill(isThere ? 'ok' : 'bad'))
})
