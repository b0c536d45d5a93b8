import { DBOS } from '@dbos-inc/dbos-sdk'
import { serve } from './serve.mjs'

/**
 * Two ways to wait for the due time: in a queue that is polled, as its docs have it for delayed work; or each in a
 * workflow of its own that sleeps, which is exact and holds all of them in memory. `pollMs` 0 is the second.
 */
serve(async ({ databaseUrl, pollMs, pool, deliver }) => {
  DBOS.setConfig({
    name: 'messages',
    systemDatabaseUrl: databaseUrl,
    logLevel: 'error',
    // Where it is worked out from the code, any change of it would leave what is open behind.
    applicationVersion: '1',
  })
  const sends = lanes(20)
  const send = async (job) =>
    await DBOS.runStep(async () => await deliver(job), {
      name: 'send',
      retriesAllowed: true,
      maxAttempts: 20,
      intervalSeconds: 1,
      backoffRate: 1,
    })
  const now = DBOS.registerWorkflow(async (job) => await send(job), { name: 'now', maxRecoveryAttempts: 100 })
  const later = DBOS.registerWorkflow(
    async (job) => {
      await DBOS.sleep(Math.max(0, job.dueMs - (await DBOS.now())))
      await sends(async () => await send(job))
    },
    { name: 'later', maxRecoveryAttempts: 100 },
  )
  await DBOS.launch()
  if (pollMs !== 0)
    await DBOS.registerQueue('messages', {
      workerConcurrency: 20,
      ...(pollMs !== undefined && { minPollingIntervalMs: pollMs }),
      onConflict: 'always_update',
    })

  async function start(job) {
    const workflowID = job.id
    if (pollMs === 0) await DBOS.startWorkflow(later, { workflowID })(job)
    else {
      const delaySeconds = Math.max(0, job.dueMs - Date.now()) / 1_000
      await DBOS.startWorkflow(now, { workflowID, queueName: 'messages', enqueueOptions: { delaySeconds } })(
        job,
      )
    }
  }
  return {
    async create(jobs) {
      const starts = lanes(20)
      await Promise.all(jobs.map((job) => starts(async () => await start(job))))
    },
    async left() {
      const { rows } = await pool.query(
        `select count(*) filter (where status in ('PENDING', 'ENQUEUED', 'DELAYED'))::int as open,
           count(*) filter (where status in ('ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED'))::int as failed
         from dbos.workflow_status`,
      )
      return rows[0]
    },
    close: async () => await DBOS.shutdown(),
  }
})

/** So many at once, the others in order. */
function lanes(count) {
  let free = count
  const waiting = []
  return async (work) => {
    if (free === 0) await new Promise((resolve) => waiting.push(resolve))
    else free -= 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
