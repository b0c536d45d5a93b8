import { fail, runProgram } from '../shared/program-main.js'
import { startSystem } from '../shared/system.js'
import { runCampaign } from './campaign.js'
import { chaosUsage, readOptions, type ChaosOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run chaos`: kills everything at random while reminders go out, and asks the recipients what arrived. */
function run(options: ChaosOptions): void {
  runProgram('chaos', {
    isJson: options.isJson,
    async work({ screen, closers, signal }) {
      const { home, workers } = options
      const system = await startSystem({ home, workers, progress: screen.progress, signal, closers })
      const result = await runCampaign(system, { options, say: screen.say, tick: screen.tick, signal })
      screen.print(`\n${reportText(result)}\n\nThe logs are in ${system.logsDir}`)
      if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
      return result.isGood ? 0 : 1
    },
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(`${chaosUsage}\n`)
  else run(options)
} catch (error) {
  fail('chaos', error)
}
