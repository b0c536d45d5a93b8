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

const faultAnswer = z.object({
  kind: z.enum(['altered', 'missing', 'inserted', 'moved', 'cutOff', 'signature']),
  seq: z.int().meta({ description: 'The row, or the first of several.' }),
  to: z.int().optional().meta({ description: 'The last of several.' }),
  why: z.string(),
})

const verifiedAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('intact'),
    from: z.int(),
    to: z.int(),
    rows: count,
    head: signedCheckpoint.optional(),
  }),
  z.object({ kind: z.literal('broken'), fault: faultAnswer, rows: count }),
])

export const verificationAnswer = z
  .object({
    chain: verifiedAnswer.meta({ description: 'Of the rows of this part.' }),
    changes: z
      .array(
        z.object({
          kind: z.enum(['altered', 'missing', 'inserted']),
          table: z.enum(['audit', 'run', 'target', 'send']),
          seq: maybe(z.int()).meta({
            description: 'The row of the chain that says so; null where none does.',
          }),
          of: z.string().meta({ description: 'The run, or what the action was done to.' }),
          row: z.string().optional().meta({
            description: 'An id of the audit, the place of a target in its run, or the id of a message.',
          }),
          fields: z.array(z.string()).optional().meta({ description: 'What of it is another.' }),
        }),
      )
      .meta({
        description: 'What Postgres has not any more as it was when its row was written: 100 at most.',
      }),
    compared: z.object({
      actions: count,
      runs: count,
      purged: count.meta({ description: 'Those of which the retention may have taken what they had.' }),
    }),
    next: z.string().optional().meta({ description: 'Give it as `after`; missing after the last part.' }),
  })
  .meta({ id: 'Verification' })
