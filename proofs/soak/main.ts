import { conclude, runProgram } from '../shared/run-program.js'
import { freePort } from '../../src/stack/ports.js'
import { startSystem } from '../shared/system.js'
import { readOptions, soakUsage } from './options.js'
import { reportText } from './report.js'
import { runSoak } from './soak.js'

/** `npm run soak`: steady sends for an hour, and whether anything grows meanwhile. */
runProgram('soak', {
  usage: soakUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const { home, workers } = options
    const inspectorPorts: number[] = []
    while (inspectorPorts.length < workers) inspectorPorts.push(await freePort())
    const system = await startSystem({ home, workers, inspectorPorts, progress, signal, closers })
    const { result, evidence } = await runSoak(system, { options, inspectorPorts, say, signal })
    return conclude(
      { stream },
      { text: reportText(result, evidence), logsDir: system.logsDir, isJson: options.isJson, result },
    )
  },
})
