import type { Client } from '@temporalio/client'
import { isAsking, lastAskedMs } from '../client/workers.js'
import { sessionsTaskQueue } from '../domain/ids.js'
import type { Database } from '../store/database.js'
import { knownMigrations } from '../store/migrate.js'
import type { Logger } from '../logging.js'
import type { Checked, Readiness } from './health.js'

/** Longer than a part that is well takes, and shorter than who asks waits. */
const patienceMs = 2_000
/** Nobody is told less than this is old, and many who ask at once ask Temporal and Postgres once. */
const freshMs = 1_000

export function createReadiness({
  temporal,
  database,
  logger,
}: {
  temporal: Client
  database: Database
  logger: Logger
}): Readiness {
  const noted = (error: unknown) => logger.warn({ error }, 'not ready')
  let last: { atMs: number; checked: Promise<Checked> } | undefined
  return async () => {
    const nowMs = Date.now()
    if (last === undefined || nowMs - last.atMs > freshMs) last = { atMs: nowMs, checked: look() }
    return await last.checked
  }

  async function look(): Promise<Checked> {
    const [postgres, askedMs] = await Promise.all([
      inTime(lookAtPostgres(database), noted),
      // Answered by the namespace itself: that it is there, and who polls.
      inTime(lastAskedMs(temporal, sessionsTaskQueue), noted),
    ])
    const nowMs = postgres?.nowMs ?? Date.now()
    return {
      temporal: askedMs === undefined ? 'off' : 'ok',
      postgres: postgres?.postgres ?? 'off',
      migrations: postgres?.migrations ?? 'other',
      sessions: askedMs === undefined ? 'unknown' : isAsking(askedMs, nowMs) ? 'ok' : 'none',
    }
  }
}

async function lookAtPostgres(
  database: Database,
): Promise<Pick<Checked, 'postgres' | 'migrations'> & { nowMs: number | undefined }> {
  const { rows } = await database.query<{ isReadOnly: boolean; names: string[]; now: Date }>(
    `select pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on' as "isReadOnly",
       array(select name from migration order by name) as names,
       clock_timestamp() as now`,
  )
  const names = rows[0]?.names ?? []
  const known = await knownMigrations()
  const isSame = names.length === known.length && known.every((name, index) => name === names[index])
  return {
    postgres: rows[0]?.isReadOnly === false ? 'ok' : 'readOnly',
    migrations: isSame ? 'ok' : 'other',
    nowMs: rows[0]?.now.getTime(),
  }
}

/** Undefined where it fails or does not answer. */
async function inTime<T>(work: Promise<T>, onFailure: (error: unknown) => void): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    onFailure(error)
    return undefined
  } finally {
    clearTimeout(timer)
  }
}
