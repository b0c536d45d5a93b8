import { conclude, runProgram } from '../shared/run-program.js'
import { freePort } from '../../src/stack/ports.js'
import { startSystem } from '../shared/system.js'
import { runAnatomy } from './anatomy.js'
import { anatomyUsage, readOptions } from './options.js'
import { reportText, resultOf } from './report.js'

/** `npm run bench:anatomy`: what a reminder to one group is made of, and costs. */
runProgram('anatomy', {
  usage: anatomyUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const inspectorPort = await freePort()
    const system = await startSystem({
      home: options.home,
      workers: 1,
      inspectorPorts: [inspectorPort],
      workerPreload: 'proofs/shared/counted-statements.js',
      isTemporalInMemory: true,
      progress,
      signal,
      closers,
    })
    const anatomy = await runAnatomy(system, { options, inspectorPort, say, signal })
    const result = resultOf(anatomy)
    return conclude(
      { stream },
      { text: reportText(result, anatomy, options), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
