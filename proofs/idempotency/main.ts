import { startApi } from '../shared/api-processes.js'
import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { idempotencyUsage, readOptions } from './options.js'
import { proveIdempotency } from './prove.js'
import { reportText, resultOf } from './report.js'

const preload = 'proofs/deaths/dies-once.js'

/** `npm run proof:idempotency`: requests that are sent again and again, to processes that die. */
runProgram('idempotency', {
  usage: idempotencyUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const system = await startSystem({
      home: options.home,
      workers: 1,
      isTemporalInMemory: true,
      progress,
      signal,
      closers,
    })
    const apis = [
      await startApi(system, { name: 'api-1', preload, closers }),
      await startApi(system, { name: 'api-2', preload, closers }),
    ]
    const proved = await proveIdempotency(system, { apis, options, say, signal })
    const result = resultOf(proved)
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
