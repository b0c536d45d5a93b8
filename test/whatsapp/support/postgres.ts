/** A migrated Postgres of this test file alone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeHome } from '../../../src/stack/home.js'
import { freePort } from '../../../src/stack/ports.js'
import { startPostgres } from '../../../src/stack/postgres/postgres.js'
import { noProgress } from '../../../src/stack/progress.js'
import { openDatabase, type Database } from '../../../src/store/database.js'
import { migrate } from '../../../src/store/migrate.js'

export type TestDatabase = { database: Database; url: string; stop(): Promise<void> }

export async function startDatabase(): Promise<TestDatabase> {
  const home = makeHome(join(mkdtempSync(join(tmpdir(), 'carillon-whatsapp-')), 'home'))
  const { url, service } = await startPostgres({
    home,
    port: await freePort(),
    progress: noProgress,
    isDurable: false,
  })
  const database = openDatabase(url)
  await migrate(database)
  return {
    database,
    url,
    stop: async () => {
      await database.end()
      await service.stop()
      rmSync(join(home.path, '..'), { recursive: true, force: true })
    },
  }
}

export async function addAccount(database: Database, accountId: string): Promise<void> {
  await database.query("insert into account (id, operator, epoch) values ($1, 'local', 1)", [accountId])
}

/** Another process took the session over. */
export async function takeOver(database: Database, accountId: string): Promise<number> {
  const { rows } = await database.query<{ epoch: number }>(
    'update account set epoch = epoch + 1 where id = $1 returning epoch',
    [accountId],
  )
  return rows[0]?.epoch ?? 0
}
