import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../src/demo/program.js'
import { makeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { startPostgres } from '../../src/stack/postgres.js'
import { openDatabase } from '../../src/store/database.js'
import { runBench } from './bench.js'
import { readOptions, statementsUsage } from './options.js'
import { reportText } from './report.js'

/** `npm run bench:statements`: what each statement reads, with little kept and with much. */
runProgram('statements', {
  usage: statementsUsage,
  readOptions,
  async work(options, { progress, say, stream, closers, interrupted: { signal } }) {
    const home = options.home ?? mkdtempSync(join(tmpdir(), 'carillon-statements-'))
    if (options.home === undefined) closers.add(async () => rmSync(home, { recursive: true, force: true }))
    const { url, service } = await startPostgres({
      home: makeHome(home),
      port: await freePort(),
      progress,
      isDurable: false,
      signal,
    })
    closers.add(async () => await service.stop())
    const database = openDatabase(url, { maxConnections: 2 })
    closers.add(async () => await database.end())
    const result = await runBench(database, { scale: options.scale, say, signal })
    stream.write(`\n${reportText(result)}\n`)
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.isGood ? 0 : 1
  },
})
