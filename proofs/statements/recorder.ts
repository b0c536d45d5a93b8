import type { PoolClient } from 'pg'
import { sealedAs, type Database } from '../../src/store/database.js'
import { readNotice, type Executed } from './plan.js'

/** Of auto_explain, which comes with Postgres: it tells of statements inside functions and triggers, too. */
const settings = {
  log_min_duration: '0',
  log_analyze: 'on',
  log_buffers: 'on',
  log_timing: 'off',
  log_format: 'json',
  log_nested_statements: 'on',
  log_level: 'notice',
  log_parameter_max_length: '0',
}

const waysOfFew = ['seqscan', 'hashjoin', 'mergejoin']

/**
 * Runs the work in one transaction that is rolled back, whatever the work begins and commits itself, and returns what
 * Postgres executed for it.
 */
export async function record(
  database: Database,
  work: (db: Database) => Promise<unknown>,
  { isSeqScanAvoided }: { isSeqScanAvoided: boolean },
): Promise<Executed[]> {
  const client = await database.connect()
  const executed: Executed[] = []
  const onNotice = ({ message }: { message?: string | undefined }) => {
    const one = readNotice(message ?? '')
    if (one) executed.push(one)
  }
  try {
    await client.query(`load 'auto_explain'`)
    // With few rows, reading all of them is the best there is, for a scan as for a join.
    if (isSeqScanAvoided) for (const way of waysOfFew) await client.query(`set enable_${way} = off`)
    for (const [name, value] of Object.entries(settings))
      await client.query(`set auto_explain.${name} = '${value}'`)
    await client.query('begin')
    client.on('notice', onNotice)
    await work(insideTransaction(client))
    // Postgres tells of a query when its portal is closed, which the next statement does.
    await client.query('savepoint done')
    return executed
  } finally {
    client.off('notice', onNotice)
    await client.query('rollback')
    // Without auto_explain, for who has the connection next.
    client.release(true)
  }
}

const own = /^\s*(begin|commit|rollback)\s*$/i

/** The client as a pool of one, whose transactions are parts of the one that is open. */
function insideTransaction(client: PoolClient): Database {
  const query = async (...asked: unknown[]): Promise<unknown> => {
    if (typeof asked[0] === 'string' && own.test(asked[0])) return { rows: [], rowCount: 0 }
    return await (client.query.bind(client) as (...of: unknown[]) => Promise<unknown>)(...asked)
  }
  const inside: Partial<PoolClient> = {
    query: query as never,
    on: client.on.bind(client) as never,
    off: client.off.bind(client) as never,
    release: () => undefined,
  }
  return sealedAs(client, {
    query,
    connect: async () => sealedAs(client, inside),
  }) as unknown as Database
}
