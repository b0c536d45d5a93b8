import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import workerThreads from 'node:worker_threads'
import { expect, test } from 'vitest'
import type { withWorkflowThread } from '../../src/worker/workflow-thread.js'

// The script of the thread is a file of its own: it is there where it is built.
const built = new URL('../../dist/src/worker/workflow-thread.js', import.meta.url).href
const script = fileURLToPath(new URL('./support/thread/workflow-worker-thread.js', import.meta.url))

test('the thread of the workflows enters them without time-outs, keeps its stores, and ends when one loops for ever', async () => {
  const own = (await import(built)) as { withWorkflowThread: typeof withWorkflowThread }
  const logged: unknown[] = []
  const logger = { error: (...line: unknown[]) => logged.push(line) }
  const found = await own.withWorkflowThread(
    logger,
    async () => {
      const thread = new workerThreads.Worker(script)
      const exited = once(thread, 'exit')
      const [message] = (await once(thread, 'message')) as unknown[]
      return { message, exited }
    },
    { stuckMs: 500, lookMs: 50 },
  )
  expect(found.message).toEqual({ sum: 2, hook: 'the stacks of promises are not kept', store: 'kept' })
  await found.exited
  expect(logged).toEqual([[{ seconds: 0.5 }, 'a workflow does not come to an end: its thread is ended']])
})
