import { onlyRow, type Queryable } from '../database.js'

/** Which limit a send waits for: the account's or the reminder's of any minute, or the account's of any 24 hours. */
export type Limit = 'account' | 'reminder' | 'day'

export type RateSlot = { kind: 'granted'; slot: number } | { kind: 'full'; waitMs: number; limit: Limit }

/** `ticket` is the question's number among those of this owner, `open` those of its older ones that are not over. */
export type SlotQuestion = { epoch: number; ticket: number; open: readonly number[] }

/**
 * Takes one send of all limits that hold for the run, or tells how long to wait for one. Exact over all processes. What
 * an owner was granted stays open, which counts as taken now, until its outcome is known.
 */
export async function takeRateSlot(
  db: Queryable,
  { accountId, runId, question }: { accountId: string; runId?: string; question?: SlotQuestion },
): Promise<RateSlot> {
  const { rows } = await db.query<SlotRow>(
    `select slot, wait_ms, why from take_rate_slot($1, $2, $3, $4, $5)`,
    [accountId, runId ?? null, question?.epoch ?? null, question?.ticket ?? null, question?.open ?? []],
  )
  return rateSlot(onlyRow(rows, 'take_rate_slot'))
}

/** The same for a copy that a device asked for: all copies together have a share of the account's limits. */
export async function takeCopySlot(
  db: Queryable,
  { accountId, question }: { accountId: string; question: SlotQuestion },
): Promise<RateSlot> {
  const { rows } = await db.query<SlotRow>(`select slot, wait_ms, why from take_copy_slot($1, $2, $3, $4)`, [
    accountId,
    question.epoch,
    question.ticket,
    question.open,
  ])
  return rateSlot(onlyRow(rows, 'take_copy_slot'))
}

type SlotRow = { slot: number | null; wait_ms: number | null; why: Limit | null }

function rateSlot(row: SlotRow): RateSlot {
  if (row.slot !== null) return { kind: 'granted', slot: row.slot }
  return { kind: 'full', waitMs: row.wait_ms ?? 1_000, limit: row.why ?? 'account' }
}

/** Gives back a slot that nothing was sent with. */
export async function returnRateSlot(db: Queryable, slot: number): Promise<void> {
  await db.query(`delete from rate_slot where id = $1`, [slot])
}

/** The outcome is known: what was sent with the slot reached the wire before now, if at all. An ack closes by itself. */
export async function closeRateSlot(db: Queryable, slot: number): Promise<void> {
  await db.query(`update rate_slot set open = false, at = clock_timestamp() where id = $1 and open`, [slot])
}
