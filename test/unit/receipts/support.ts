import { generateKeyPairSync } from 'node:crypto'
import { signerOf } from '../../../src/receipts/checkpoint.js'
import { genesis, hashOf, linked, type NewEntry, type StoredReceipt } from '../../../src/receipts/entry.js'
import type { ChainSource, ChainState } from '../../../src/receipts/source.js'

export const signer = signerOf(generateKeyPairSync('ed25519').privateKey)
export const operator = 'school'
const at = new Date('2026-11-24T06:00:00Z')

export type Chain = { rows: StoredReceipt[]; state: ChainState | undefined }

/** A chain of so many rows, as the job writes it: each third is a run's. */
export function chainOf(count: number): Chain {
  let end = { operator, seq: 0, hash: genesis }
  const rows: StoredReceipt[] = []
  for (let index = 1; index <= count; index += 1) {
    const row = linked(end, index % 3 === 0 ? runEntry(index) : actionEntry(index))
    rows.push(row)
    end = { operator, seq: row.seq, hash: row.hash }
  }
  return { rows, state: { head: signer.sign({ ...end, at }), cut: null } }
}

export function actionEntry(index: number): NewEntry {
  return {
    kind: 'action',
    at: at.toISOString(),
    action: 'pause',
    subject: `reminder:${operator}/trip-${index}`,
    via: 'cli',
    who: 'd2hv',
  }
}

export function runEntry(index: number): NewEntry {
  return {
    kind: 'run',
    run: `run:${operator}/trip-${index}@2026-11-24T06:00:00Z`,
    reminder: `trip-${index}`,
    revision: 0,
    account: 'office',
    trigger: 'schedule',
    state: 'completed',
    scheduledAt: at.toISOString(),
    startedAt: at.toISOString(),
    finishedAt: at.toISOString(),
    content: 'Y29udGVudA',
    targets: [
      {
        to: 'cmVjaXBpZW50',
        state: 'delivered',
        sends: [{ id: `3EB0${index}`, state: 'acked', ackedAt: at.toISOString() }],
      },
    ],
  }
}

/** In pages of a few rows. */
export function sourceOf(chain: Chain, pageRows = 4): ChainSource {
  return {
    operator,
    state: async () => chain.state,
    rows: async (after) =>
      chain.rows
        .filter(({ seq }) => seq > after)
        .toSorted((a, b) => a.seq - b.seq)
        .slice(0, pageRows),
  }
}

/** With a body that was changed and hashed anew, as somebody does who knows how. */
export function rewritten(row: StoredReceipt, change: (body: string) => string): StoredReceipt {
  const body = change(row.body)
  return { ...row, body, hash: hashOf(body) }
}
