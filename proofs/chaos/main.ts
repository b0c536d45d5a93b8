import { conclude, runProgram } from '../shared/run-program.js'
import { tickOf } from '../../src/stack/progress.js'
import { startSystem } from '../shared/system.js'
import { runCampaign } from './campaign.js'
import { chaosUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run chaos`: kills everything at random while reminders go out, and asks the recipients what arrived. */
runProgram('chaos', {
  usage: chaosUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const { home, workers } = options
    const system = await startSystem({ home, workers, progress, signal, closers })
    const result = await runCampaign(system, { options, say, tick: tickOf(progress), signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
