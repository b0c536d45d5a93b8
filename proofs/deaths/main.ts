import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { runCampaign } from './campaign.js'
import { deathsUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run chaos:deaths`: a worker dies after each thing that it writes, and the recipients are asked what arrived. */
runProgram('deaths', {
  usage: deathsUsage,
  readOptions,
  async work(
    { home, rounds, deaths: most, isJson },
    { progress, say, stream, closers, interrupted: { signal } },
  ) {
    const workerPreload = 'proofs/deaths/dies-once.js'
    const system = await startSystem({ home, workers: 2, workerPreload, progress, signal, closers })
    const result = await runCampaign(system, { home, rounds, most, say, signal })
    return conclude({ stream }, { text: reportText(result), logsDir: system.logsDir, isJson, result })
  },
})
