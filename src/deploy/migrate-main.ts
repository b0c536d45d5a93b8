import { keyRingOf } from '../client/encryption-key.js'
import { ConfigError, parseConfig } from '../config.js'
import { connectTemporal } from '../stack/temporal/connect.js'
import { messageOf, StackError } from '../stack/errors.js'
import { ensureSearchAttributes } from '../stack/temporal/search-attributes.js'
import { openDatabase } from '../store/database.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { migrate } from '../store/migrate.js'
import { ensureNamespace } from './namespace.js'

const connectMs = 30_000

/** One-shot, before the workers: Carillon's tables, and the namespace and search attributes in Temporal. */
async function run(): Promise<void> {
  const config = parseConfig(process.env)
  const { temporalAddress, temporalNamespace, temporalSecurity, databaseUrl } = config
  if (temporalAddress === undefined || databaseUrl === undefined)
    throw new ConfigError('Migrations need TEMPORAL_ADDRESS and DATABASE_URL.')
  const applied = await migrateDatabase(databaseUrl, keyRingOf(config))
  say(applied.length === 0 ? 'the tables are up to date' : `applied ${applied.join(', ')}`)

  const connection = await connectTemporal(temporalAddress, {
    security: temporalSecurity,
    timeoutMs: connectMs,
  })
  try {
    await ensureNamespace(connection, temporalNamespace)
    await ensureSearchAttributes(connection, temporalNamespace)
  } finally {
    await connection.close()
  }
  say(`Temporal has the namespace '${temporalNamespace}' with Carillon's search attributes`)
}

async function migrateDatabase(databaseUrl: string, ring: KeyRing): Promise<string[]> {
  const database = openDatabase(databaseUrl, { ring, maxConnections: 1 })
  try {
    return await migrate(database)
  } finally {
    await database.end()
  }
}

function say(text: string): void {
  process.stdout.write(`carillon migrations: ${text}\n`)
}

run().catch((error: unknown) => {
  const isExpected = error instanceof ConfigError || error instanceof StackError
  process.stderr.write(
    `carillon migrations: ${!isExpected && error instanceof Error ? error.stack : messageOf(error)}\n`,
  )
  process.exitCode = 1
})
