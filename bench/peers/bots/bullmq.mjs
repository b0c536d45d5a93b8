import { Queue, Worker } from 'bullmq'
import { serve } from './serve.mjs'

serve(async ({ redisPort, deliver }) => {
  const connection = { host: '127.0.0.1', port: redisPort, maxRetriesPerRequest: null }
  const queue = new Queue('messages', {
    connection,
    defaultJobOptions: {
      attempts: 20,
      backoff: { type: 'fixed', delay: 1_000 },
      removeOnComplete: true,
    },
  })
  const worker = new Worker('messages', async (job) => await deliver(job.data), {
    connection,
    concurrency: 20,
    // By default 30 s, 30 s and once: a job that was in a worker's hands at its second death would be given up.
    lockDuration: 5_000,
    stalledInterval: 2_500,
    maxStalledCount: 20,
  })
  worker.on('error', (error) => process.stderr.write(`${error.stack}\n`))
  return {
    async create(jobs) {
      const now = Date.now()
      await queue.addBulk(
        jobs.map((job) => ({
          name: 'message',
          data: job,
          opts: { jobId: job.id, delay: Math.max(0, job.dueMs - now) },
        })),
      )
    },
    async left() {
      const { failed, ...counts } = await queue.getJobCounts('waiting', 'delayed', 'active', 'failed')
      return { open: Object.values(counts).reduce((sum, count) => sum + count, 0), failed }
    },
    async close() {
      await worker.close()
      await queue.close()
    },
  }
})
