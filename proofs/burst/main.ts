import { startSystem } from '../shared/system.js'
import { conclude, runProgram } from '../shared/run-program.js'
import { runBurst } from './burst.js'
import { burstUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:burst`: a thousand reminders of one morning. */
runProgram('burst', {
  usage: burstUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const system = await startSystem({
      home: options.home,
      workers: 1,
      isTemporalInMemory: true,
      workerProfileDir: options.profileDir,
      progress,
      signal,
      closers,
    })
    const result = await runBurst(system, { options, say, signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
