import { z } from 'zod'
import { signedCheckpoint } from '../../../receipts/checkpoint.js'
import { runEntry } from '../../../receipts/entry.js'
import { count, maybe } from './values.js'

const checkpointAnswer = signedCheckpoint.meta({
  id: 'Checkpoint',
  description: 'The end of the chain at some moment, signed (Ed25519) in its canonical form (RFC 8785).',
})

export const runReceiptAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('written'),
    receipt: z
      .object({
        hash: z.string().meta({ description: 'SHA-256 of the canonical form of `entry`, in hex.' }),
        entry: runEntry,
      })
      .meta({ id: 'RunReceipt' }),
  }),
  z.object({
    kind: z.literal('pending'),
    hasEnded: z.boolean().meta({ description: 'False while the run is under way.' }),
  }),
])

export const chainAnswer = z.object({
  operator: z.string(),
  head: maybe(checkpointAnswer).meta({ description: 'Null where nothing was written yet.' }),
  cut: maybe(checkpointAnswer).meta({ description: 'Up to where the retention has taken it away.' }),
})

export const receiptsAnswer = z.object({
  items: z.array(
    z
      .object({
        seq: count,
        hash: z.string(),
        body: z.string().meta({ description: 'The entry in its canonical form, as it was hashed.' }),
        runId: maybe(z.string()),
      })
      .meta({ id: 'Receipt' }),
  ),
})
