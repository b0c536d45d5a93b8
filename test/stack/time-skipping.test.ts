import { fileURLToPath } from 'node:url'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTimeSkippingServer, type TimeSkippingServer } from '../support/time-skipping-server.js'
import { sleeper } from './workflows/sleeper.js'

let server: TimeSkippingServer

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('WARN') })
  server = await startTimeSkippingServer()
}, 15 * 60_000)

afterAll(() => server.close())

it('skips the 30 days that a workflow sleeps', { timeout: 180_000 }, async () => {
  const worker = await Worker.create({
    connection: server.env.nativeConnection,
    taskQueue: 'sleepers',
    workflowsPath: fileURLToPath(new URL('workflows/sleeper.ts', import.meta.url)),
  })
  const before = await server.env.currentTimeMs()
  const result = await worker.runUntil(
    server.env.client.workflow.execute(sleeper, { taskQueue: 'sleepers', workflowId: 'sleeper' }),
  )
  expect(result).toBe('awake')
  const slept = (await server.env.currentTimeMs()) - before
  expect(slept).toBeGreaterThanOrEqual(30 * 24 * 60 * 60_000)
})
