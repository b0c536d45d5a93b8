import { migrate } from '../../src/store/migrate.js'
import { openPostgresAlone } from '../shared/postgres-alone.js'
import { runProgram } from '../shared/run-program.js'
import { measureEvents } from './measure.js'
import { eventsUsage, readOptions } from './options.js'
import { reportText, resultOf } from './report.js'

/** `npm run bench:events`: many who watch at once, and what that takes. */
runProgram('events', {
  usage: eventsUsage,
  readOptions,
  async work(options, frame) {
    const { home } = options
    const { database, url } = await openPostgresAlone(frame, { name: 'events', home, maxConnections: 2 })
    await migrate(database)
    const { signal } = frame.interrupted
    const result = resultOf(await measureEvents({ database, databaseUrl: url, signal }, options, frame.say))
    frame.stream.write(`\n${reportText(result)}\n`)
    if (options.isJson) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.isGood ? 0 : 1
  },
})
