import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'

/**
 * One row of an operator's chain: the receipt of a finished run, or an action of an operator. Its canonical form (RFC 8785)
 * is what is hashed and what is kept, and each has the hash of the one before it. No text, number or name is in one: a
 * recipient, who asked and why are keyed digests (digests.ts).
 */

const hex = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.string()
/** A keyed digest: only who has the key can tell what it is of. */
const digest = z.string()

const place = {
  v: z.literal(1),
  operator: z.string(),
  /** From 1, without gaps. */
  seq: z.int().min(1),
  /** The hash of the row before it; zeros in the first. */
  prev: hex,
}

const sendEntry = z.strictObject({
  /** The id of the message at WhatsApp. */
  id: z.string(),
  state: z.string(),
  ackedAt: instant.optional(),
  failure: z.string().optional(),
})

const targetEntry = z.strictObject({
  to: digest,
  state: z.string(),
  failure: z.string().optional(),
  /** One for each part, in their order. */
  sends: z.array(sendEntry),
})

export const runEntry = z.strictObject({
  ...place,
  kind: z.literal('run'),
  run: z.string(),
  reminder: z.string(),
  /** How often the reminder had been edited; missing where the run is older than receipts. */
  revision: z.int().optional(),
  account: z.string(),
  trigger: z.string(),
  state: z.string(),
  scheduledAt: instant,
  startedAt: instant.optional(),
  finishedAt: instant,
  /** Of the parts that were sent, in their canonical form. */
  content: digest,
  /** In the order of sending. */
  targets: z.array(targetEntry),
})

const actionEntry = z.strictObject({
  ...place,
  kind: z.literal('action'),
  at: instant,
  action: z.string(),
  /** The workflowId of what it was done to, or such as `token:<id>`. */
  subject: z.string(),
  /** The way it was asked by; missing where it is older than receipts. */
  via: z.string().optional(),
  who: digest.optional(),
  why: digest.optional(),
})

export const chainEntry = z.discriminatedUnion('kind', [runEntry, actionEntry])

export type RunEntry = z.infer<typeof runEntry>
export type ActionEntry = z.infer<typeof actionEntry>
export type ChainEntry = RunEntry | ActionEntry

type Unplaced<Entry> = Omit<Entry, keyof typeof place>
/** What becomes a row when it gets its place. */
export type NewEntry = Unplaced<RunEntry> | Unplaced<ActionEntry>

/** The `prev` of the first row. */
export const genesis = '0'.repeat(64)

/** A row of the chain, as it is kept and handed out. */
export type StoredReceipt = {
  seq: number
  /** SHA-256 of `body`, in hex. */
  hash: string
  /** The entry in its canonical form. */
  body: string
  /** Of a receipt of a run. */
  runId: string | null
}

/** Where the next row goes. */
export type ChainEnd = { operator: string; seq: number; hash: string }

export function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('this has no canonical form')
  return text
}

export function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

/** The row that comes after `end`. */
export function linked(end: ChainEnd, entry: NewEntry): StoredReceipt {
  const seq = end.seq + 1
  const body = canonical({ v: 1, operator: end.operator, seq, prev: end.hash, ...entry })
  return { seq, hash: hashOf(body), body, runId: entry.kind === 'run' ? entry.run : null }
}

/** Undefined where it is none, or not in its canonical form. */
export function readEntry(body: string): ChainEntry | undefined {
  try {
    const value: unknown = JSON.parse(body)
    if (canonical(value) !== body) return undefined
    return chainEntry.safeParse(value).data
  } catch (error) {
    // No JSON, or what has no canonical form.
    if (error instanceof Error) return undefined
    throw error
  }
}
