import type { PoolClient } from 'pg'
import { linked, type StoredReceipt } from '../../receipts/entry.js'
import { appendReceipts, lockChain } from '../receipts/chain.js'
import { receiptKeys, type ReceiptKeys } from '../receipts/keys.js'
import {
  actionsWithoutReceipt,
  markWritten,
  runsWithoutReceipt,
  type Due,
} from '../receipts/without-receipt.js'
import type { Database } from '../database.js'
import type { KeyRing } from '../encryption/key-ring.js'
import { withJobLock, type WarningLogger } from './job-lock.js'

/** How many were written, by what they are. */
export type ReceiptCounts = { runs: number; actions: number }

/** `busy`: another process was at it; what was written until then is written. */
export type ReceiptsReport = { kind: 'done' | 'busy' } & ReceiptCounts

const batch = 1_000

/**
 * Writes what has ended and what was asked for to the chain of its operator, in batches, each in a transaction of its own
 * that holds the job's lock: nobody who writes the ledger or the audit ever waits for that, and the rows of a chain are
 * written by one at a time. See docs/decisions/0063.
 */
export async function writeReceipts(
  { database, ring, logger }: { database: Database; ring: KeyRing; logger: WarningLogger },
  { onProgress = () => undefined, limit = batch }: { onProgress?: () => void; limit?: number } = {},
): Promise<ReceiptsReport> {
  const counts: ReceiptCounts = { runs: 0, actions: 0 }
  for (;;) {
    const locked = await withJobLock(database, { job: 'receipts', logger }, async (client) => {
      const keys = await receiptKeys(client, { ring, logger })
      return await writeBatch(client, { keys, limit })
    })
    if (locked.kind === 'busy') return { kind: 'busy', ...counts }
    const { runs, actions } = locked.result
    counts.runs += runs
    counts.actions += actions
    onProgress()
    if (runs + actions === 0) return { kind: 'done', ...counts }
  }
}

async function writeBatch(
  client: PoolClient,
  { keys, limit }: { keys: ReceiptKeys; limit: number },
): Promise<ReceiptCounts> {
  const { digests } = keys
  const actions = await actionsWithoutReceipt(client, { digests, limit })
  const runs = await runsWithoutReceipt(client, { digests, limit })
  const due = [...actions, ...runs].toSorted((a, b) => a.atMs - b.atMs)
  const operators = [...new Set(due.map(({ operator }) => operator))].toSorted()
  for (const operator of operators)
    await writeChain(client, { operator, due: due.filter((one) => one.operator === operator), keys })
  return { runs: runs.length, actions: actions.length }
}

async function writeChain(
  client: PoolClient,
  { operator, due, keys }: { operator: string; due: readonly Due[]; keys: ReceiptKeys },
): Promise<void> {
  let end = await lockChain(client, operator)
  const receipts: StoredReceipt[] = []
  for (const { entry } of due) {
    const receipt = linked(end, entry)
    receipts.push(receipt)
    end = { operator, seq: receipt.seq, hash: receipt.hash }
  }
  await appendReceipts(client, { receipts, head: keys.signer.sign({ ...end, at: new Date() }) })
  await markWritten(
    client,
    due.map(({ of }, index) => ({ of, seq: receipts[index]?.seq ?? 0 })),
  )
}
