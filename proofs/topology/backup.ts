import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { runOnce } from './run-once.js'
import type { Setting } from './setting.js'

/**
 * Temporal first: Carillon's ledger is then never older than what Temporal believes, and what it knows as sent is not
 * sent again.
 */
const databases = ['temporal', 'temporal_visibility', 'carillon']

/** The commands of the runbook's "Backup and restore", with the programs of a folder in place of the container's. */
export class Backup {
  private readonly folder: string

  constructor(
    private readonly setting: Setting,
    /** With pg_dump and pg_restore, of Postgres' own major version. */
    private readonly tools: string,
  ) {
    this.folder = join(setting.home.path, 'backup')
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
  }

  async take(): Promise<void> {
    this.setting.progress.step('Backing up')
    for (const database of databases)
      await this.run('pg_dump', ['--format=custom', `--file=${this.fileOf(database)}`], database)
  }

  /** As if the volume were lost, with everybody who is still connected. */
  async loseEverything(): Promise<void> {
    const client = new Client({ connectionString: this.setting.adminUrl })
    await client.connect()
    try {
      for (const database of databases)
        await client.query(`drop database ${client.escapeIdentifier(database)} with (force)`)
    } finally {
      await client.end()
    }
  }

  /** Into the empty databases that the one-shot service made. */
  async restore(): Promise<void> {
    this.setting.progress.step('Restoring')
    for (const database of databases)
      await this.run(
        'pg_restore',
        ['--exit-on-error', '--single-transaction', this.fileOf(database)],
        database,
      )
  }

  private async run(program: 'pg_dump' | 'pg_restore', args: string[], database: string): Promise<void> {
    const { hostname, port, username, password } = new URL(this.setting.adminUrl)
    await runOnce({
      name: `${program} of ${database}`,
      command: [join(this.tools, program), `--dbname=${database}`, ...args],
      env: { PGHOST: hostname, PGPORT: port, PGUSER: username, PGPASSWORD: password },
      cwd: this.setting.root,
      logFile: join(this.setting.home.logsDir, 'backup.log'),
      signal: this.setting.signal,
    })
  }

  private fileOf(database: string): string {
    return join(this.folder, `${database}.dump`)
  }
}
