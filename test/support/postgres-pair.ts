import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect } from 'vitest'
import { makeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { choosePlace } from '../../src/stack/postgres/place.js'
import { postgresUser } from '../../src/stack/postgres/user.js'
import { startPostgres, type RunningPostgres } from '../../src/stack/postgres/postgres.js'
import { noProgress } from '../../src/stack/progress.js'
import { eventually } from './eventually.js'

export type PostgresPair = { primaryUrl: string; standbyUrl: string; close(): Promise<void> }

/**
 * A Postgres of the test's own and a standby that streams from it. A commit is on both before it is answered, so that
 * nothing is lost when the standby is promoted.
 */
export async function startPostgresPair(): Promise<PostgresPair> {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'carillon-postgres-')))
  const [home, standbyHome] = folders.map((folder) => makeHome(join(folder, 'home')))
  if (!home || !standbyHome) throw new Error('two folders were made')
  for (const folder of folders) execFileSync('chmod', ['o+x', folder])
  const port = await freePort()
  const settings = { progress: noProgress, isDurable: false }
  const first = await startPostgres({ ...settings, home, port })
  await first.service.stop()

  const user = postgresUser()
  const place = choosePlace(home, user)
  copyFileSync(home.postgresPasswordFile, standbyHome.postgresPasswordFile)
  const { dataDir } = choosePlace(standbyHome, user)
  execFileSync('cp', ['-a', place.dataDir, dataDir])
  const signal = join(dataDir, 'standby.signal')
  writeFileSync(signal, '')
  if (user) chownSync(signal, user.uid, user.gid)
  const { username, password } = new URL(first.url)
  appendFileSync(
    join(dataDir, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${port} user=${username} password=${password}'\n`,
  )

  const running: RunningPostgres[] = [await startPostgres({ ...settings, home, port })]
  const standby = await startPostgres({ ...settings, home: standbyHome, port: await freePort() })
  running.push(standby)
  const primaryUrl = first.url
  await eventually(async () => {
    const rows = await onPostgres(primaryUrl, `select from pg_stat_replication where state = 'streaming'`)
    expect(rows).toHaveLength(1)
  })
  await onPostgres(primaryUrl, `alter system set synchronous_standby_names = '*'`)
  await onPostgres(primaryUrl, `select pg_reload_conf()`)
  return {
    primaryUrl,
    standbyUrl: standby.url,
    async close() {
      for (const { service } of running) await service.stop()
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One statement, in a session that may write whatever the server's default is. */
export async function onPostgres(url: string, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url, options: '-c default_transaction_read_only=off' })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
