import { isDeepStrictEqual } from 'node:util'
import type { LedgerChange } from '../../src/receipts/compare.js'
import { exportLines } from '../../src/receipts/export.js'
import { verifyChain, type ChainFault } from '../../src/receipts/verify.js'
import type { Database } from '../../src/store/database.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'
import { writeReceipts } from '../../src/store/jobs/receipts.js'
import { migrate } from '../../src/store/migrate.js'
import { chainState, storedChain } from '../../src/store/receipts/chain.js'
import { changes } from './changes.js'
import { changed, compareAll, ledgerCases } from './ledger.js'
import { addEnded, operator } from './scene.js'

export type FoundChange = {
  name: string
  /** Undefined where nothing was found. */
  fault: ChainFault | undefined
  isFound: boolean
  ms: number
}

export type FoundInLedger = { name: string; change: LedgerChange | undefined; isFound: boolean; ms: number }

export type ReceiptsResult = {
  receipts: number
  runs: number
  actions: number
  writeMs: number
  verifyMs: number
  exportMs: number
  /** To verify it where it is, and to compare each row with what it is about. */
  compareMs: number
  /** How much more memory the process had while it verified than before, in MB, at most. */
  verifyMb: number
  /** In Postgres with indexes, a row. */
  rowBytes: number
  changes: FoundChange[]
  ledger: FoundInLedger[]
  isGood: boolean
}

/** Of the database, too: digests are compared under the same keys. */
export const ring = KeyRing.of(Buffer.alloc(32, 7))
const logger = { warn: () => undefined }
/** They are written before the others, and their end is kept by somebody who means to put it back. */
const earlierShare = 0.9

export async function runBench(
  database: Database,
  { receipts, say, signal }: { receipts: number; say: (text: string) => void; signal: AbortSignal },
): Promise<ReceiptsResult> {
  await migrate(database)
  const counts = { runs: 0, actions: 0 }
  let writeMs = 0
  const write = async (from: number, count: number): Promise<void> => {
    say(`Generating ${count} runs and requests`)
    const added = await addEnded(database, { from, count })
    counts.runs += added.runs
    counts.actions += added.actions
    say('Writing their receipts')
    const begun = performance.now()
    await writeReceipts({ database, ring, logger }, { onProgress: () => signal.throwIfAborted() })
    writeMs += performance.now() - begun
  }
  const early = Math.floor(receipts * earlierShare)
  await write(0, early)
  const earlier = (await chainState(database, operator))?.head
  await write(early, receipts - early)
  const kept = (await chainState(database, operator))?.head
  if (earlier === undefined || kept === undefined) throw new Error('no receipts were written')

  say('Verifying the chain')
  const before = process.memoryUsage.rss()
  let most = before
  const begun = performance.now()
  const intact = await verifyChain(storedChain(database, operator), {
    checkpoints: [kept],
    onProgress: () => {
      most = Math.max(most, process.memoryUsage.rss())
    },
  })
  const verifyMs = performance.now() - begun
  const exportBegun = performance.now()
  let lines = 0
  for await (const line of exportLines(storedChain(database, operator))) lines += line === '' ? 0 : 1
  const exportMs = performance.now() - exportBegun

  // Before what is rolled back leaves its rows.
  const rowBytes = await bytesOfRow(database, receipts)
  const found: FoundChange[] = []
  for (const { name, make, fault, withKept } of changes({ rows: receipts, earlier, kept })) {
    signal.throwIfAborted()
    say(`Changing it: ${name}`)
    const client = await database.connect()
    try {
      await client.query('begin')
      await make(client)
      const begun = performance.now()
      const verified = await verifyChain(
        storedChain(client, operator),
        withKept ? { checkpoints: [kept] } : {},
      )
      const ms = performance.now() - begun
      const named = verified.kind === 'broken' ? verified.fault : undefined
      const { why: _why, ...place } = named ?? { why: '' }
      found.push({ name, fault: named, isFound: isDeepStrictEqual(place, fault), ms })
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  say('Comparing it with the ledger')
  const compared = await compareAll(database)
  const ledger: FoundInLedger[] = []
  for (const one of ledgerCases(counts.runs)) {
    signal.throwIfAborted()
    say(`Changing the ledger: ${one.name}`)
    const { changes, ms } = await changed(database, one, async () => await compareAll(database))
    const [change] = changes
    const { kind, table } = one.found
    const isFound = changes.length === 1 && change?.kind === kind && change.table === table
    ledger.push({ name: one.name, change, isFound, ms })
  }
  const isSame = compared.changes.length === 0 && compared.rows === receipts
  const isWhole = intact.kind === 'intact' && intact.rows === receipts && lines === receipts + 2
  return {
    receipts,
    ...counts,
    writeMs,
    verifyMs,
    exportMs,
    compareMs: compared.ms,
    verifyMb: (most - before) / 1_048_576,
    rowBytes,
    changes: found,
    ledger,
    isGood: isWhole && isSame && [...found, ...ledger].every(({ isFound }) => isFound),
  }
}

async function bytesOfRow(database: Database, receipts: number): Promise<number> {
  const { rows } = await database.query<{ bytes: number }>(
    `select pg_total_relation_size('receipt') as bytes`,
  )
  return Math.round((rows[0]?.bytes ?? 0) / receipts)
}
