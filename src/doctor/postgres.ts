import { readdir } from 'node:fs/promises'
import { say } from '../domain/sentences/say.js'
import type { KeyRing } from '../store/encryption/key-ring.js'
import { openDatabase, type Database } from '../store/database.js'
import { explainPostgresError } from '../client/postgres-errors.js'
import { connectionTo } from '../store/connection.js'
import { whyNoTls } from '../store/unreachable.js'
import { bad, messageOf, ok, type Check } from './check.js'
import { encryptionText } from './transport.js'

const migrationsFolder = new URL('../store/migrations/', import.meta.url)

/** The checks, and the database where it can be used further. The caller closes it. */
export async function checkPostgres(
  databaseUrl: string,
  ring: KeyRing,
): Promise<{ checks: Check[]; database: Database | undefined }> {
  const database = openDatabase(databaseUrl, { ring, maxConnections: 2 })
  const name = 'Postgres'
  const { host } = connectionTo(databaseUrl)
  try {
    const { rows } = await database.query<Found>(
      `select current_setting('server_version') as version, to_regclass('migration') is not null as migrations,
         current_setting('transaction_read_only')::boolean as "isReadOnly", pg_is_in_recovery() as "isStandby",
         coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as "isTls"`,
    )
    const [row] = rows
    const reached = reachedAs(name, { host: host ?? '', row })
    const migrated = await checkMigrations(database, row?.migrations === true)
    return {
      checks: [reached, migrated],
      database: migrated.state === 'ok' ? database : await closed(database),
    }
  } catch (error) {
    const remedy = say('doctorCorrectDatabase')
    const found = whyNoTls(error) === undefined ? error : explainPostgresError(error)
    return { checks: [bad(name, messageOf(found), remedy)], database: await closed(database) }
  }
}

type Found = { version: string; migrations: boolean; isReadOnly: boolean; isStandby: boolean; isTls: boolean }

function reachedAs(name: string, { host, row }: { host: string; row: Found | undefined }): Check {
  const how = encryptionText({ host, isTls: row?.isTls === true, setting: 'sslmode' })
  const of = { version: row?.version ?? 'unknown', how }
  if (row?.isReadOnly !== true) return ok(name, say('doctorPostgres', of))
  return row.isStandby
    ? bad(name, say('doctorPostgres', { ...of, trouble: say('phraseDoctorStandby') }), say('doctorPromote'))
    : bad(
        name,
        say('doctorPostgres', { ...of, trouble: say('phraseDoctorReadOnly') }),
        say('doctorLiftReadOnly'),
      )
}

async function checkMigrations(database: Database, hasTable: boolean): Promise<Check> {
  const name = 'Schema'
  const wanted = (await readdir(migrationsFolder)).filter((file) => /^\d{4}_.*\.sql$/.test(file))
  const remedy = say('doctorMigrate')
  if (!hasTable) return bad(name, say('doctorNoTables'), remedy)
  const { rows } = await database.query<{ name: string }>('select name from migration')
  const applied = new Set(rows.map((row) => row.name))
  const missing = wanted.filter((file) => !applied.has(file))
  if (missing.length > 0) return bad(name, say('doctorNotMigrated', { names: missing.join(', ') }), remedy)
  const newer = [...applied].filter((file) => !wanted.includes(file))
  if (newer.length > 0)
    return bad(name, say('doctorNewerMigrations', { names: newer.join(', ') }), say('doctorRunNewer'))
  return ok(name, say('doctorMigrated', { count: wanted.length }))
}

async function closed(database: Database): Promise<undefined> {
  await database.end()
  return undefined
}
