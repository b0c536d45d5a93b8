import { Client } from 'pg'
import { expect } from 'vitest'
import { eventually } from './eventually.js'

/** A transaction of the test's own that stops others in the middle of what they do. */
export class Blocker {
  static readonly #held = new Set<Blocker>()
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  static async take(databaseUrl: string, statement: string, values: unknown[] = []): Promise<Blocker> {
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('begin')
    await client.query(statement, values)
    const blocker = new Blocker(client)
    Blocker.#held.add(blocker)
    return blocker
  }

  /** Resolves when a statement like this one waits for this transaction. */
  async untilBlocked(pattern: string): Promise<void> {
    await eventually(async () => {
      // Within a transaction the view stays as it was at the first look.
      await this.#client.query('select pg_stat_clear_snapshot()')
      const { rows } = await this.#client.query(
        `select from pg_stat_activity
         where pg_backend_pid() = any(pg_blocking_pids(pid)) and query ilike $1`,
        [pattern],
      )
      expect(rows.length).toBeGreaterThan(0)
    })
  }

  /** Resolves when so many statements like this one wait for any lock: behind the first, each waits for another. */
  async untilWaiting(count: number, pattern: string): Promise<void> {
    await eventually(async () => {
      await this.#client.query('select pg_stat_clear_snapshot()')
      const { rows } = await this.#client.query(
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query ilike $1`,
        [pattern],
      )
      expect(rows).toHaveLength(count)
    })
  }

  /** Ends what waits: Postgres would go on with it although its process is dead. */
  async endBlocked(): Promise<void> {
    await this.#client.query('select pg_stat_clear_snapshot()')
    await this.#client.query(
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where pg_backend_pid() = any(pg_blocking_pids(pid))`,
    )
  }

  /** After a test that failed: what it left blocked would fail the others too. */
  static async releaseAll(): Promise<void> {
    for (const blocker of Blocker.#held) await blocker.release()
  }

  release(): Promise<void> {
    return this.#end('rollback')
  }

  commit(): Promise<void> {
    return this.#end('commit')
  }

  async #end(how: 'rollback' | 'commit'): Promise<void> {
    Blocker.#held.delete(this)
    await this.#client.query(how)
    await this.#client.end()
  }
}
