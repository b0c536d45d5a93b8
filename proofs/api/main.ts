import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { measureApi } from './bench.js'
import { apiUsage, readOptions } from './options.js'
import { reportText, resultOf } from './report.js'

/** `npm run bench:api`: what the HTTP API bears, beside the bare framework. */
runProgram('api', {
  usage: apiUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const system = await startSystem({ home: options.home, workers: 1, progress, signal, closers })
    const measured = await measureApi(system, { options, closers, say, signal })
    const result = resultOf(measured)
    return conclude(
      { stream },
      {
        text: reportText(result, measured, options),
        logsDir: system.logsDir,
        isJson: options.isJson,
        result,
      },
    )
  },
})
