import { freePort } from '../../src/stack/ports.js'
import { conclude, runProgram } from '../shared/run-program.js'
import { startSystem } from '../shared/system.js'
import { runLink } from './link.js'
import { linkUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:link`: the first minutes of a busy account. */
runProgram('link', {
  usage: linkUsage,
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
    const result = await runLink(system, { options, inspectorPort, say, signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
