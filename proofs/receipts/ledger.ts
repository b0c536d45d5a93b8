import type { PoolClient } from 'pg'
import { verifyNext, type Verification } from '../../src/client/operators/verification.js'
import type { LedgerChange } from '../../src/receipts/compare.js'
import type { Database } from '../../src/store/database.js'
import { operator } from './scene.js'

export type Compared = { ms: number; changes: LedgerChange[]; rows: number }

/** All parts of the chain, as `carillon audit verify` asks for them. */
export async function compareAll(database: Database): Promise<Compared> {
  const begun = performance.now()
  const changes: LedgerChange[] = []
  let rows = 0
  let part: Verification | undefined
  do {
    part = await verifyNext({ database, operator }, part?.next === undefined ? {} : { after: part.next })
    changes.push(...part.changes)
    rows += part.compared.actions + part.compared.runs
  } while (part.next !== undefined)
  return { ms: performance.now() - begun, changes, rows }
}

export type LedgerCase = {
  name: string
  change: string
  undo: string
  found: Pick<LedgerChange, 'kind' | 'table'>
}

/** What somebody does to the rows that the chain is about, and leaves the chain alone. Each is undone. */
export function ledgerCases(runs: number): LedgerCase[] {
  const runId = `run:${operator}/r-${Math.floor(runs * 0.6)}@2026-11-24T06:00:00Z`
  const send = `run_id = '${runId}' and ordinal = 1`
  const asked = `id = (select max(id) - 100 from audit)`
  return [
    {
      name: 'a message that failed instead',
      change: `update send set state = 'failed', acked_at = null, failure = to_json(acked_at)#>>'{}' where ${send}`,
      undo: `update send set state = 'acked', acked_at = failure::timestamptz, failure = null where ${send}`,
      found: { kind: 'altered', table: 'send' },
    },
    {
      name: 'a request of somebody else',
      change: `update audit set actor = 'eve' where ${asked}`,
      undo: `update audit set actor = 'ada' where ${asked}`,
      found: { kind: 'altered', table: 'audit' },
    },
    {
      name: 'a request taken out',
      change: `update audit set operator = 'elsewhere' where ${asked}`,
      undo: `update audit set operator = '${operator}' where ${asked}`,
      found: { kind: 'missing', table: 'audit' },
    },
  ]
}

export async function changed<T>(
  client: Pick<PoolClient, 'query'>,
  { change, undo }: LedgerCase,
  work: () => Promise<T>,
): Promise<T> {
  await client.query(change)
  try {
    return await work()
  } finally {
    await client.query(undo)
  }
}
