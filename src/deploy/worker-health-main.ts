import { hostname } from 'node:os'
import { parseConfig } from '../config.js'
import { mainTaskQueue } from '../domain/ids.js'
import { pollersOf } from '../worker/pollers.js'
import { connectTemporal } from '../stack/temporal/connect.js'
import { messageOf } from '../stack/errors.js'
import { healthOf } from './worker-health.js'

const connectMs = 10_000

/** Health check of a worker: `worker-health-main.js [pid]` ends with 0 only if Temporal hears of it. */
async function run(): Promise<number> {
  const { temporalAddress, temporalNamespace, temporalSecurity } = parseConfig(process.env)
  if (temporalAddress === undefined) throw new Error('TEMPORAL_ADDRESS is not set')
  const pid = process.argv[2] === undefined ? undefined : Number(process.argv[2])
  const connection = await connectTemporal(temporalAddress, {
    security: temporalSecurity,
    timeoutMs: connectMs,
  })
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
