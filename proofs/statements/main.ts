import { runProgram } from '../shared/run-program.js'
import { openPostgresAlone } from '../shared/postgres-alone.js'
import { runBench } from './bench.js'
import { readOptions, statementsUsage } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:statements`: what each statement reads, with little kept and with much. */
runProgram('statements', {
  usage: statementsUsage,
  readOptions,
  async work({ home, scale, isJson }, frame) {
    const { say, stream, interrupted } = frame
    const { database } = await openPostgresAlone(frame, { name: 'statements', home, maxConnections: 2 })
    const result = await runBench(database, { scale, say, signal: interrupted.signal })
    stream.write(`\n${reportText(result)}\n`)
    if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.isGood ? 0 : 1
  },
})
