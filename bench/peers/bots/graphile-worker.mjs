import { Logger, makeWorkerUtils, run } from 'graphile-worker'
import { serve } from './serve.mjs'

const logger = new Logger(() => (level, message) => {
  if (level === 'error' || level === 'warning') process.stderr.write(`${message}\n`)
})

serve(async ({ databaseUrl, pollMs, pool, deliver }) => {
  const utils = await makeWorkerUtils({ connectionString: databaseUrl, logger })
  await utils.migrate()
  // A job of a worker that died is locked for 4 hours, and no option shortens that. This is the only bot, so whatever
  // is locked when it starts is left over from its last life.
  const { rows } = await pool.query(
    'select distinct locked_by from graphile_worker.jobs where locked_by is not null',
  )
  await utils.forceUnlockWorkers(rows.map(({ locked_by }) => locked_by))
  const runner = await run({
    connectionString: databaseUrl,
    concurrency: 20,
    maxPoolSize: 22, // its docs: the concurrency and two
    noHandleSignals: true,
    logger,
    ...(pollMs !== undefined && { pollInterval: pollMs }),
    taskList: { message: async (job) => await deliver(job) },
  })
  return {
    async create(jobs) {
      await utils.addJobs(
        jobs.map((job) => ({
          identifier: 'message',
          payload: job,
          runAt: new Date(job.dueMs),
          maxAttempts: 25,
          jobKey: job.id,
        })),
      )
    },
    async left() {
      const { rows } = await pool.query(
        `select count(*) filter (where attempts < max_attempts or locked_at is not null)::int as open,
           count(*) filter (where attempts >= max_attempts and locked_at is null)::int as failed
         from graphile_worker.jobs`,
      )
      return rows[0]
    },
    async close() {
      await runner.stop()
      await utils.release()
    },
  }
})
