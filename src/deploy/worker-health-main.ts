import { hostname } from 'node:os'
import { Connection } from '@temporalio/client'
import { parseConfig } from '../config.js'
import { mainTaskQueue } from '../domain/ids.js'
import { messageOf } from '../stack/errors.js'
import { healthOf, type Poller } from './worker-health.js'

const connectMs = 10_000

type DescribeTaskQueue = Parameters<Connection['workflowService']['describeTaskQueue']>[0]

// A number of temporal.api.enums.v1.TaskQueueType: the enum itself is in a package that is no dependency of ours.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const workflowTasks = 1 as NonNullable<DescribeTaskQueue['taskQueueType']>

/** Health check of a worker: `worker-health-main.js [pid]` ends with 0 only if Temporal hears of it. */
async function run(): Promise<number> {
  const { temporalAddress, temporalNamespace } = parseConfig(process.env)
  if (temporalAddress === undefined) throw new Error('TEMPORAL_ADDRESS is not set')
  const pid = process.argv[2] === undefined ? undefined : Number(process.argv[2])
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: connectMs })
  try {
    const pollers = await workflowPollers(connection, temporalNamespace)
    const { isHealthy, why } = healthOf(pollers, { host: hostname(), pid, nowMs: Date.now() })
    process.stdout.write(`${why}\n`)
    return isHealthy ? 0 : 1
  } finally {
    await connection.close()
  }
}

/** Of workflow tasks: they take milliseconds, so that even the busiest worker goes on asking for them. */
async function workflowPollers(connection: Connection, namespace: string): Promise<Poller[]> {
  const { pollers } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: mainTaskQueue },
    taskQueueType: workflowTasks,
  })
  return (pollers ?? []).map(({ identity, lastAccessTime }) => ({
    identity: identity ?? '',
    lastAccessMs: Number(lastAccessTime?.seconds ?? 0) * 1_000,
  }))
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
