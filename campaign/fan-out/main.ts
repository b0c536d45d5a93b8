import { freePort } from '../../src/stack/ports.js'
import { fail, runProgram } from '../shared/program-main.js'
import { startSystem } from '../shared/system.js'
import { runFanOut } from './fan-out.js'
import { fanOutUsage, readOptions, type FanOutOptions } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:fan-out`: one reminder to very many groups, and what that costs. */
function run(options: FanOutOptions): void {
  runProgram('fan-out', {
    isJson: options.isJson,
    async work({ screen, closers, signal }) {
      const inspectorPort = await freePort()
      const system = await startSystem({
        home: options.home,
        workers: 1,
        inspectorPorts: [inspectorPort],
        workerPreload: 'campaign/fan-out/statements.js',
        isTemporalInMemory: true,
        progress: screen.progress,
        signal,
        closers,
      })
      const result = await runFanOut(system, { options, inspectorPort, say: screen.say, signal })
      screen.print(`\n${reportText(result)}\n\nThe logs are in ${system.logsDir}`)
      if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
      return result.isGood ? 0 : 1
    },
  })
}

try {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) process.stdout.write(`${fanOutUsage}\n`)
  else run(options)
} catch (error) {
  fail('fan-out', error)
}
