import type { PoolClient } from 'pg'
import { canonical } from '../../receipts/entry.js'
import type { Signer } from '../../receipts/checkpoint.js'
import type { Database } from '../database.js'
import type { KeyRing } from '../encryption/key-ring.js'
import { receiptKeys } from '../receipts/keys.js'
import { withJobLock, type WarningLogger } from './job-lock.js'

const batch = 1_000

/**
 * Takes the beginning of each chain away, where it was written longer ago than `days`, and leaves a signed checkpoint in its
 * place: what comes after it still has its hash. The last row of a chain stays. Returns how many rows went; those that are
 * left where another process is at it go the next time.
 */
export async function cutReceipts(
  { database, ring, logger }: { database: Database; ring: KeyRing; logger: WarningLogger },
  { days, onProgress = () => undefined }: { days: number; onProgress?: () => void },
): Promise<number> {
  const { rows } = await database.query<{ operator: string }>(
    `select operator from receipt_chain where cut_seq < seq - 1 order by operator`,
  )
  let gone = 0
  for (const { operator } of rows)
    for (let cut = batch; cut === batch;) {
      const locked = await withJobLock(database, { job: 'receipts', logger }, async (client) => {
        const { signer } = await receiptKeys(client, { ring, logger })
        return await cutBatch(client, { operator, days, signer })
      })
      if (locked.kind === 'busy') return gone
      cut = locked.result
      gone += cut
      onProgress()
    }
  return gone
}

/** The rows from the first on that are that old, without a gap. */
async function cutBatch(
  client: PoolClient,
  { operator, days, signer }: { operator: string; days: number; signer: Signer },
): Promise<number> {
  const { rows } = await client.query<{ seq: number; hash: string; isOld: boolean }>(
    `select r.seq, encode(r.hash, 'hex') as hash, r.written_at < now() - make_interval(days => $2) as "isOld"
     from receipt_chain c cross join lateral (
       select seq, hash, written_at from receipt
       where operator = c.operator and seq > c.cut_seq and seq < c.seq order by seq limit ${batch}) r
     where c.operator = $1 order by r.seq`,
    [operator, days],
  )
  const firstToStay = rows.findIndex(({ isOld }) => !isOld)
  const old = firstToStay === -1 ? rows : rows.slice(0, firstToStay)
  const last = old.at(-1)
  if (last === undefined) return 0
  const cut = signer.sign({ operator, seq: last.seq, hash: last.hash, at: new Date() })
  await client.query(`update receipt_chain set cut_seq = $2, cut = $3 where operator = $1`, [
    operator,
    last.seq,
    canonical(cut),
  ])
  await client.query(`delete from receipt where operator = $1 and seq <= $2`, [operator, last.seq])
  return old.length
}
