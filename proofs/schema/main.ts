import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../shared/run-program.js'
import { readArguments } from '../../src/stack/program-arguments.js'
import { projectRoot } from '../../src/stack/project-root.js'
import { migrate } from '../../src/store/migrate.js'
import { openPostgresAlone } from '../shared/postgres-alone.js'
import { describeSchema } from './describe.js'

const file = 'src/store/schema.sql'

runProgram('schema', {
  usage: `npm run schema

Writes ${file}: the schema that the migrations make, on a Postgres of its own.`,
  readOptions(args) {
    const values = readArguments(args, { values: [] })
    return values && { isJson: values.json }
  },
  async work(_options, frame) {
    const { database } = await openPostgresAlone(frame, { name: 'schema', maxConnections: 1 })
    await migrate(database)
    writeFileSync(join(projectRoot(), file), await describeSchema(database))
    frame.say(`Wrote ${file}`)
    return 0
  },
})
