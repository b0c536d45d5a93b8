import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { measureCreates } from './create.js'
import { createUsage, readOptions } from './options.js'
import { reportText, resultOf } from './report.js'

/** `npm run bench:create`: how fast reminders are created, one by one and many in one call. */
runProgram('create', {
  usage: createUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const system = await startSystem({ home: options.home, workers: 1, progress, signal, closers })
    const created = await measureCreates(system, { options, say, signal })
    const result = resultOf(created)
    return conclude(
      { stream },
      { text: reportText(result, created), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
