import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Frame } from './run-program.js'
import { makeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { startPostgres } from '../../src/stack/postgres/postgres.js'
import { openDatabase, type Database } from '../../src/store/database.js'

/**
 * A Postgres with nothing beside it, which ends with the program. It need not outlive a crash.
 * @param home of its data; without one it is a temporary folder, which is removed
 */
export async function openPostgresAlone(
  { progress, closers, interrupted: { signal } }: Frame,
  { name, home: given, maxConnections }: { name: string; home?: string | undefined; maxConnections: number },
): Promise<{ database: Database; url: string }> {
  const home = given ?? mkdtempSync(join(tmpdir(), `carillon-${name}-`))
  if (given === undefined) closers.add(async () => rmSync(home, { recursive: true, force: true }))
  const { url, service } = await startPostgres({
    home: makeHome(home),
    port: await freePort(),
    progress,
    isDurable: false,
    signal,
  })
  closers.add(async () => await service.stop())
  const database = openDatabase(url, { maxConnections })
  closers.add(async () => await database.end())
  return { database, url }
}
