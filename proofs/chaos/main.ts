import { runProgram } from '../shared/run-program.js'
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
    stream.write(`\n${reportText(result)}\n\nThe logs are in ${system.logsDir}\n`)
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.isGood ? 0 : 1
  },
})
