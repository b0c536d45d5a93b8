import type { Client } from '@temporalio/client'
import { hasWorkers } from '../client/workers.js'
import { mainTaskQueue, sessionsTaskQueue } from '../domain/ids.js'
import { say } from '../domain/sentences/say.js'
import type { Sentence } from '../domain/sentences/sentence.js'
import { webhooksTaskQueue } from '../domain/webhooks.js'
import { bad, checked, ok, type Check } from './check.js'

const name = 'Worker'
const queues = [mainTaskQueue, sessionsTaskQueue, webhooksTaskQueue]

/**
 * One line for each queue.
 * @param by.remedy how whoever reads it starts a worker
 * @param by.nowMs by the clock of Postgres, where there is one
 */
export async function checkWorkers(
  temporal: Client,
  by: { remedy: Sentence; nowMs: () => Promise<number> },
): Promise<Check[]> {
  const checks: Check[] = []
  for (const queue of queues)
    checks.push(...(await checked(name, async () => await checkQueue(temporal, queue, by))))
  return checks
}

async function checkQueue(
  temporal: Client,
  queue: string,
  { remedy, nowMs }: { remedy: Sentence; nowMs: () => Promise<number> },
): Promise<Check> {
  return (await hasWorkers(temporal, { taskQueue: queue, nowMs: await nowMs() }))
    ? ok(name, say('doctorPolled', { queue }))
    : bad(name, say('doctorNotPolled', { queue }), remedy)
}
