import { PgBoss } from 'pg-boss'
import { serve } from './serve.mjs'

serve(async ({ databaseUrl, pollMs, pool, deliver }) => {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    // Both 60 s by default: how often it is looked for jobs whose worker has gone.
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  })
  boss.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  await boss.start()
  await boss.createQueue('messages', {
    retryLimit: 20,
    retryDelay: 1,
    // Off by default: a job of a worker that died would be tried again after its 15 minutes. This is the least.
    heartbeatSeconds: 10,
  })
  const polling = pollMs === undefined ? {} : { pollingIntervalSeconds: pollMs / 1_000 }
  await boss.work('messages', { localConcurrency: 20, ...polling }, async ([job]) => await deliver(job.data))
  return {
    async create(jobs) {
      await boss.insert(
        'messages',
        jobs.map((job) => ({ data: job, startAfter: new Date(job.dueMs) })),
      )
    },
    async left() {
      const { rows } = await pool.query(
        `select count(*) filter (where state in ('created', 'retry', 'active'))::int as open,
           count(*) filter (where state = 'failed')::int as failed
         from pgboss.job where name = 'messages'`,
      )
      return rows[0]
    },
    async close() {
      await boss.stop({ timeout: 5_000 })
    },
  }
})
