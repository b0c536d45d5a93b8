import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { runAccounts } from './accounts.js'
import { accountsUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:accounts`: fifty accounts that are busy at once. */
runProgram('accounts', {
  usage: accountsUsage,
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
    const result = await runAccounts(system, { options, say, signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
