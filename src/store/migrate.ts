import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { inTransaction, readSecretAnew, type Database } from './database.js'

const migrationsFolder = fileURLToPath(new URL('./migrations/', import.meta.url))

// Any constant: it only has to be the same in every process that migrates.
const migrationLock = 0x0ca_2111

/** The names of those that this version has, in order. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(migrationsFolder)).filter((name) => /^\d{4}_.*\.sql$/.test(name)).toSorted()
}

/**
 * Applies the numbered files that are not applied yet, all in one transaction under an advisory lock that ends with
 * it, so that workers starting at once migrate once. Returns the names of those applied now.
 */
export async function migrate(database: Database): Promise<string[]> {
  const names = await knownMigrations()
  const done = await inTransaction(database, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    await client.query(
      `create table if not exists migration (name text primary key, applied_at timestamptz not null default now())`,
    )
    const { rows } = await client.query<{ name: string }>('select name from migration')
    const applied = new Set(rows.map((row) => row.name))
    const unknown = [...applied].filter((name) => !names.includes(name))
    if (unknown.length > 0)
      throw new Error(
        `The database has migrations this version does not know (${unknown.join(', ')}): it was used by a newer Carillon. Run that version or a newer one.`,
      )
    const pending = names.filter((name) => !applied.has(name))
    for (const name of pending) {
      await client.query(await readFile(`${migrationsFolder}${name}`, 'utf8'))
      await client.query('insert into migration (name) values ($1)', [name])
    }
    return pending
  })
  // Its table may be one of them.
  await readSecretAnew(database)
  return done
}
