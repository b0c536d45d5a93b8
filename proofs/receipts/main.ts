import { openPostgresAlone } from '../shared/postgres-alone.js'
import { runProgram } from '../shared/run-program.js'
import { openDatabase } from '../../src/store/database.js'
import { ring, runBench } from './bench.js'
import { readOptions, receiptsUsage } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:receipts`: how long a chain takes to write and to verify, and whether each change to it is found. */
runProgram('receipts', {
  usage: receiptsUsage,
  readOptions,
  async work({ home, receipts, isJson }, frame) {
    const { say, stream, interrupted } = frame
    const { url } = await openPostgresAlone(frame, { name: 'receipts', home, maxConnections: 1 })
    const database = openDatabase(url, { ring, maxConnections: 4 })
    frame.closers.add(async () => await database.end())
    const result = await runBench(database, { receipts, say, signal: interrupted.signal })
    stream.write(`\n${reportText(result)}\n`)
    if (isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.isGood ? 0 : 1
  },
})
