import { freePort } from '../../src/stack/ports.js'
import { fail, runProgram } from '../shared/program-main.js'
import { startSystem } from '../shared/system.js'
import { readOptions, soakUsage, type SoakOptions } from './options.js'
import { reportText } from './report.js'
import { runSoak } from './soak.js'

/** `npm run soak`: steady sends for an hour, and whether anything grows meanwhile. */
function run(options: SoakOptions): void {
  runProgram('soak', {
    isJson: options.isJson,
    async work({ screen, closers, signal }) {
      const { home, workers } = options
      const inspectorPorts: number[] = []
      while (inspectorPorts.length < workers) inspectorPorts.push(await freePort())
      const system = await startSystem({
        home,
        workers,
        inspectorPorts,
        progress: screen.progress,
        signal,
        closers,
      })
      const { result, evidence } = await runSoak(system, { options, inspectorPorts, say: screen.say, signal })
      screen.print(`\n${reportText(result, evidence)}\n\nThe logs are in ${system.logsDir}`)
      if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
      return result.isGood ? 0 : 1
    },
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(`${soakUsage}\n`)
  else run(options)
} catch (error) {
  fail('soak', error)
}
