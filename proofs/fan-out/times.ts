import type { Client } from 'pg'

/** Means, in ms, by the ledger's clock. */
export type LedgerTimes = {
  /** From the first intent to the last commit, of the whole run. */
  wallMs: number
  /** From a message's intent to the commit of its ack. */
  sendMs: number
  /** From the commit of the text to the intent of the image: the pause of 200–499 ms, the rate slot and the intent. */
  betweenPartsMs: number
  /** From the first intent of a target to its last commit. */
  targetMs: number
}

/** How long a target took, and in what, of a run of two parts. */
export async function readLedgerTimes(
  database: Pick<Client, 'query'>,
  runId: string,
): Promise<LedgerTimes | undefined> {
  const { rows } = await database.query<LedgerTimes>(
    `with target_times as (
       select min(sending_at) as began, max(acked_at) as ended,
         min(sending_at) filter (where part = 1) - max(acked_at) filter (where part = 0) as between_parts,
         avg(extract(epoch from acked_at - sending_at)) as send
       from send where run_id = $1 group by ordinal
     )
     select (extract(epoch from max(ended) - min(began)) * 1000)::float8 as "wallMs",
       (avg(send) * 1000)::float8 as "sendMs",
       (avg(extract(epoch from between_parts)) * 1000)::float8 as "betweenPartsMs",
       (avg(extract(epoch from ended - began)) * 1000)::float8 as "targetMs"
     from target_times`,
    [runId],
  )
  return rows[0]
}
