import { hostname } from 'node:os'
import { Connection } from '@temporalio/client'
import { parseConfig } from '../config.js'
import { mainTaskQueue } from '../domain/ids.js'
import { pollersOf } from '../worker/pollers.js'
import { messageOf } from '../stack/errors.js'
import { healthOf } from './worker-health.js'

const connectMs = 10_000

/** Health check of a worker: `worker-health-main.js [pid]` ends with 0 only if Temporal hears of it. */
async function run(): Promise<number> {
  const { temporalAddress, temporalNamespace } = parseConfig(process.env)
  if (temporalAddress === undefined) throw new Error('TEMPORAL_ADDRESS is not set')
  const pid = process.argv[2] === undefined ? undefined : Number(process.argv[2])
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: connectMs })
  try {
    // Of workflow tasks: they take milliseconds, so that even the busiest worker goes on asking for them.
    const pollers = await pollersOf(connection.workflowService, {
      namespace: temporalNamespace,
      taskQueue: mainTaskQueue,
      tasks: 'workflow',
    })
    const { isHealthy, why } = healthOf(pollers, { host: hostname(), pid, nowMs: Date.now() })
    process.stdout.write(`${why}\n`)
    return isHealthy ? 0 : 1
  } finally {
    await connection.close()
  }
}

run().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`carillon worker health: ${messageOf(error)}\n`)
    process.exitCode = 1
  },
)
