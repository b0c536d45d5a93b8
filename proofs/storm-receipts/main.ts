import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { readOptions, stormUsage } from './options.js'
import { reportText } from './report.js'
import { runStorm } from './storm.js'

/** `npm run storm:receipts`: a large group of which every phone asks for a message again. */
runProgram('storm:receipts', {
  usage: stormUsage,
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
    const result = await runStorm(system, { options, say, signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
