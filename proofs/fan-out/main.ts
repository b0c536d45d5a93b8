import { conclude, runProgram } from '../shared/run-program.js'
import { freePort } from '../../src/stack/ports.js'
import { startSystem } from '../shared/system.js'
import { runFanOut } from './fan-out.js'
import { fanOutUsage, readOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:fan-out`: one reminder to very many groups, and what that costs. */
runProgram('fan-out', {
  usage: fanOutUsage,
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
    const result = await runFanOut(system, { options, inspectorPort, say, signal })
    return conclude(
      { stream },
      { text: reportText(result), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
