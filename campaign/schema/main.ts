import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from '../../src/demo/program.js'
import { makeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { startPostgres } from '../../src/stack/postgres.js'
import { readArguments } from '../../src/stack/program-arguments.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { openDatabase } from '../../src/store/database.js'
import { migrate } from '../../src/store/migrate.js'
import { describeSchema } from './describe.js'

const file = 'src/store/schema.sql'

runProgram('schema', {
  usage: `npm run schema

Writes ${file}: the schema that the migrations make, on a Postgres of its own.`,
  readOptions(args) {
    const values = readArguments(args, { values: [] })
    return values && { isJson: values.json }
  },
  async work(_options, { progress, say, closers, interrupted: { signal } }) {
    const home = mkdtempSync(join(tmpdir(), 'carillon-schema-'))
    closers.add(async () => rmSync(home, { recursive: true, force: true }))
    const { url, service } = await startPostgres({
      home: makeHome(home),
      port: await freePort(),
      progress,
      isDurable: false,
      signal,
    })
    closers.add(async () => await service.stop())
    const database = openDatabase(url, { maxConnections: 1 })
    closers.add(async () => await database.end())
    await migrate(database)
    writeFileSync(join(projectRoot(), file), await describeSchema(database))
    say(`Wrote ${file}`)
    return 0
  },
})
