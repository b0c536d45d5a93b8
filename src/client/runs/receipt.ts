import { say } from '../../domain/sentences/say.js'
import { readEntry, type RunEntry } from '../../receipts/entry.js'
import { findReceipt, receiptProgress } from '../../store/receipts/chain.js'
import { maySeeAccount, type ClientContext } from '../context.js'
import { CarillonError } from '../errors.js'

/** A receipt as it is in the chain, with the hash that the row after it continues from. */
export type RunReceipt = { hash: string; entry: RunEntry }

export type ReceiptAnswer =
  | { kind: 'written'; receipt: RunReceipt }
  /** The run has not ended, or the job has not come to it. */
  | { kind: 'pending'; hasEnded: boolean }

/**
 * The receipt of the run's last end. It outlives the run.
 * @throws CarillonError `not_found`, also where the run was purged before there were receipts
 */
export async function runReceipt(
  context: ClientContext,
  { runId, unknownRun }: { runId: string; unknownRun: () => CarillonError },
): Promise<ReceiptAnswer> {
  const { database, operator } = context
  // Both are asked of every run: what is foreign takes what is missing takes.
  const run = await receiptProgress(database, { operator, runId })
  const found = await findReceipt(database, { operator, runId })
  if (run !== undefined && !maySeeAccount(context, run.accountId)) throw unknownRun()
  if (run !== undefined && !run.isWritten && !run.wasPurged)
    return { kind: 'pending', hasEnded: run.hasEnded }
  const entry = found && readEntry(found.body)
  if (found !== undefined && entry?.kind !== 'run')
    throw new CarillonError('conflict', say('receiptAltered', { run: runId }))
  if (found !== undefined && entry?.kind === 'run' && maySeeAccount(context, entry.account))
    return { kind: 'written', receipt: { hash: found.hash, entry } }
  if (run?.wasPurged === true) throw new CarillonError('not_found', say('noReceiptThen', { run: runId }))
  if (run?.isWritten === true) throw new CarillonError('not_found', say('receiptGone', { run: runId }))
  throw unknownRun()
}
