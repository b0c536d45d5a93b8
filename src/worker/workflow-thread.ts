import workerThreads from 'node:worker_threads'
import type { Logger } from '../logging.js'

/** A call into a workflow takes ms; one that takes longer than `stuckMs` loops for ever. */
const patience = { stuckMs: 60_000, lookMs: 5_000 }

/** For the thread: the count of the calls into workflows, raised as one begins and as it ends. */
export type WorkflowThreadData = {
  /** The SDK's own script of the thread. */
  script: string
  calls: Int32Array
}

/**
 * Lets `create` make a worker whose workflows run in a thread that is set up by ./workflow-thread-main.ts first. The SDK
 * starts that thread by itself and has no option for how; see docs/decisions/0039.
 */
export async function withWorkflowThread<T>(
  logger: Pick<Logger, 'error'>,
  create: () => Promise<T>,
  { stuckMs, lookMs } = patience,
): Promise<T> {
  const { Worker } = workerThreads
  workerThreads.Worker = class extends Worker {
    constructor(script: string | URL, options: workerThreads.WorkerOptions = {}) {
      if (typeof script !== 'string' || !script.endsWith('workflow-worker-thread.js')) {
        super(script, options)
        return
      }
      const calls = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
      const workerData: WorkflowThreadData = { script, calls }
      super(new URL('./workflow-thread-main.js', import.meta.url), { ...options, workerData })
      endWhenStuck(this, { calls, logger, stuckMs, lookMs })
    }
  }
  try {
    return await create()
  } finally {
    workerThreads.Worker = Worker
  }
}

/** One look now and then for all calls, where the SDK has a thread of the system for each. */
function endWhenStuck(
  thread: workerThreads.Worker,
  {
    calls,
    logger,
    stuckMs,
    lookMs,
  }: { calls: Int32Array; logger: Pick<Logger, 'error'>; stuckMs: number; lookMs: number },
): void {
  let known = 0
  let sinceMs = performance.now()
  const timer = setInterval(() => {
    const now = Atomics.load(calls, 0)
    const isInCall = now % 2 !== 0
    if (now !== known || !isInCall) {
      known = now
      sinceMs = performance.now()
    } else if (performance.now() - sinceMs > stuckMs) {
      logger.error({ seconds: stuckMs / 1_000 }, 'a workflow does not come to an end: its thread is ended')
      clearInterval(timer)
      void thread.terminate()
    }
  }, lookMs)
  timer.unref()
  thread.once('exit', () => clearInterval(timer))
}
