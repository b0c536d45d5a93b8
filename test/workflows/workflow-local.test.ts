import { readFileSync } from 'node:fs'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestNamespace, type TestNamespace } from '../support/namespace.js'
import { runStart } from '../../src/protocol/run-start.js'
import { mainTaskQueue, runWorkflowId } from '../../src/domain/ids.js'
import { workflowCode } from './support/waiting-world.js'

let space: TestNamespace
let connection: NativeConnection
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  space = await createTestNamespace()
  connection = await NativeConnection.connect({ address: space.address })
})
afterAll(async () => {
  await connection.close()
  await space.close()
})

test('all workflows share their modules, and one that waits for Postgres holds up no other', async () => {
  const bundle = readFileSync(workflowCode.workflowBundle.codePath, 'utf8')
  expect(bundle).toMatch(/preloadModules\(\) \{[^}]+src\/workflows\/index\.ts/)
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  const prepared = (runId: string) => ({ state: 'completed', counts: {}, total: 0, runId })
  const begun: string[] = []
  const worker = await Worker.create({
    connection,
    namespace: space.namespace,
    taskQueue: mainTaskQueue,
    ...workflowCode,
    activities: {
      async prepareSmallRun({ runId }: { runId: string }) {
        begun.push(runId)
        if (begun.length === 1) await held
        return prepared(runId)
      },
    },
  })
  const start = async (key: string) => {
    const scheduledAt = '2026-11-28T06:00:00Z'
    return await space.temporal.workflow.start('run', {
      ...runStart({
        runId: runWorkflowId('school', key, scheduledAt),
        operator: 'school',
        dedupeKey: key,
        accountId: 'office',
        digest: 'none',
        scheduledAt,
        deadline: '2099-01-01T00:00:00Z',
        priority: 0,
        groupConcurrency: 1,
      }),
    })
  }
  await worker.runUntil(async () => {
    const first = await start('first')
    await expect.poll(() => begun.length, { timeout: 20_000 }).toBe(1)
    const second = await start('second')
    expect(await second.result()).toMatchObject({ state: 'completed' })
    expect((await first.describe()).status.name).toBe('RUNNING')
    release()
    expect(await first.result()).toMatchObject({ state: 'completed' })
  })
})
