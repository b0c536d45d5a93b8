/** Nothing but Temporal's SDK, and no more than it needs: a workflow that sleeps, and one activity. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { serve } from './serve.mjs'

const taskQueue = 'bare'

serve(async ({ temporalAddress, folder, deliver }) => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const worker = await Worker.create({
    connection: await NativeConnection.connect({ address: temporalAddress }),
    taskQueue,
    workflowBundle: { code: await bundle(join(folder, 'bare-workflow-bundle.js')) },
    maxConcurrentActivityTaskExecutions: 20,
    activities: { send: deliver },
  })
  const ended = worker.run()
  const client = new Client({ connection: await Connection.connect({ address: temporalAddress }) })
  const count = async (query) =>
    (await client.workflow.count(`TaskQueue = '${taskQueue}' and ${query}`)).count
  return {
    async create(jobs) {
      const left = jobs.values()
      const lane = async () => {
        for (const job of left)
          await client.workflow.start('bareReminder', {
            workflowId: `bare-${job.id}`,
            taskQueue,
            args: [job],
          })
      }
      await Promise.all(Array.from({ length: 20 }, lane))
    },
    async left() {
      return {
        open: await count(`ExecutionStatus = 'Running'`),
        failed: await count(`ExecutionStatus not in ('Running', 'Completed')`),
      }
    },
    async close() {
      worker.shutdown()
      await ended
    },
  }
})

/** Once, as in a deployment: webpack takes longer than the rest of a start. */
async function bundle(file) {
  if (!existsSync(file)) {
    const workflowsPath = fileURLToPath(new URL('temporal-workflow.mjs', import.meta.url))
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
    writeFileSync(file, code)
  }
  return readFileSync(file, 'utf8')
}
