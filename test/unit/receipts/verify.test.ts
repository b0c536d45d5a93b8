import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { signerOf } from '../../../src/receipts/checkpoint.js'
import { linked, type StoredReceipt } from '../../../src/receipts/entry.js'
import { verifyChain } from '../../../src/receipts/verify.js'
import { actionEntry, chainOf, operator, rewritten, signer, sourceOf, type Chain } from './support.js'

const count = 20

test('a chain that nobody has touched is intact', async () => {
  const chain = chainOf(count)
  expect(await verifyChain(sourceOf(chain))).toEqual({
    kind: 'intact',
    from: 1,
    to: count,
    rows: count,
    head: chain.state?.head,
  })
})

test('one that was never begun is, too', async () => {
  expect(await verifyChain(sourceOf({ rows: [], state: undefined }))).toEqual({
    kind: 'intact',
    from: 1,
    to: 0,
    rows: 0,
  })
})

const at = (chain: Chain, seq: number): StoredReceipt => {
  const row = chain.rows.find((one) => one.seq === seq)
  if (row === undefined) throw new Error(`no row ${seq}`)
  return row
}
const without = (chain: Chain, seq: number) => chain.rows.filter((row) => row.seq !== seq)
const replaced = (chain: Chain, row: StoredReceipt) => [...without(chain, row.seq), row]
const flipped = (text: string, place: number) =>
  text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ 1) + text.slice(place + 1)

/** A row of the attacker's own in that place: the others follow after it. */
function squeezedIn(chain: Chain, seq: number): StoredReceipt[] {
  const before = at(chain, seq - 1)
  const own = linked({ operator, seq: seq - 1, hash: before.hash }, actionEntry(99))
  return [
    ...chain.rows.filter((row) => row.seq < seq),
    own,
    ...chain.rows.filter((row) => row.seq >= seq).map((row) => ({ ...row, seq: row.seq + 1 })),
  ]
}

test.each<[string, (chain: Chain) => StoredReceipt[], object]>([
  [
    'one bit of a row',
    (chain) => replaced(chain, { ...at(chain, 7), body: flipped(at(chain, 7).body, 40) }),
    { kind: 'altered', seq: 7 },
  ],
  [
    'a row that was written and hashed anew',
    (chain) =>
      replaced(
        chain,
        rewritten(at(chain, 7), (body) => body.replace('"pause"', '"resume"')),
      ),
    { kind: 'altered', seq: 7 },
  ],
  [
    'the last row, written and hashed anew',
    (chain) =>
      replaced(
        chain,
        rewritten(at(chain, count), (body) => body.replace('"pause"', '"resume"')),
      ),
    { kind: 'altered', seq: count },
  ],
  [
    'a row that is no canonical JSON',
    (chain) =>
      replaced(
        chain,
        rewritten(at(chain, 7), (body) => ` ${body}`),
      ),
    { kind: 'altered', seq: 7 },
  ],
  [
    'a receipt that is filed under another run',
    (chain) => replaced(chain, { ...at(chain, 9), runId: 'run:school/other@2026-11-24T06:00:00Z' }),
    { kind: 'altered', seq: 9 },
  ],
  ['a row that was removed', (chain) => without(chain, 7), { kind: 'missing', seq: 7 }],
  [
    'three that were removed',
    (chain) => chain.rows.filter(({ seq }) => seq < 7 || seq > 9),
    { kind: 'missing', seq: 7, to: 9 },
  ],
  ['the first', (chain) => without(chain, 1), { kind: 'missing', seq: 1 }],
  [
    'a row that was removed, with the others moved up',
    (chain) => without(chain, 7).map((row) => (row.seq > 7 ? { ...row, seq: row.seq - 1 } : row)),
    { kind: 'missing', seq: 7 },
  ],
  [
    'two that were swapped',
    (chain) =>
      chain.rows.map((row) => {
        if (row.seq === 7) return { ...at(chain, 12), seq: 7 }
        return row.seq === 12 ? { ...at(chain, 7), seq: 12 } : row
      }),
    { kind: 'moved', seq: 7 },
  ],
  [
    'two neighbours that were swapped',
    (chain) =>
      chain.rows.map((row) => {
        if (row.seq === 7) return { ...at(chain, 8), seq: 7 }
        return row.seq === 8 ? { ...at(chain, 7), seq: 8 } : row
      }),
    { kind: 'moved', seq: 7 },
  ],
  ['one that was inserted', (chain) => squeezedIn(chain, 7), { kind: 'inserted', seq: 7 }],
  [
    'one that was added at the end',
    (chain) => [
      ...chain.rows,
      linked({ operator, seq: count, hash: at(chain, count).hash }, actionEntry(99)),
    ],
    { kind: 'inserted', seq: count + 1 },
  ],
  [
    'a row of another chain',
    (chain) =>
      replaced(chain, linked({ operator: 'other', seq: 6, hash: at(chain, 6).hash }, actionEntry(7))),
    { kind: 'inserted', seq: 7 },
  ],
  [
    'the newest, which were cut off',
    (chain) => chain.rows.filter(({ seq }) => seq <= 15),
    { kind: 'cutOff', seq: 16, to: count },
  ],
  ['all of them', () => [], { kind: 'cutOff', seq: 1, to: count }],
])('%s is found, and named', async (_, change, fault) => {
  const chain = chainOf(count)
  const changed: Chain = { ...chain, rows: change(chain) }
  for (const pageRows of [1, 3, 100])
    expect(await verifyChain(sourceOf(changed, pageRows))).toMatchObject({ kind: 'broken', fault })
})

test('a signed end that was set back has another signature, or none of ours', async () => {
  const chain = chainOf(count)
  const { head } = chainOf(15).state ?? {}
  if (head === undefined || chain.state === undefined) throw new Error('no head')
  const cutOff = chain.rows.filter(({ seq }) => seq <= 15)
  const forged = { ...chain.state.head, seq: 15, hash: at(chain, 15).hash }
  expect(await verifyChain(sourceOf({ rows: cutOff, state: { head: forged, cut: null } }))).toMatchObject({
    kind: 'broken',
    fault: { kind: 'signature' },
  })
  const other = signerOf(generateKeyPairSync('ed25519').privateKey)
  const resigned = other.sign({ operator, seq: 15, hash: at(chain, 15).hash, at: new Date() })
  const source = sourceOf({ rows: cutOff, state: { head: resigned, cut: null } })
  expect(await verifyChain(source, { publicKeys: [signer.publicKey] })).toMatchObject({
    kind: 'broken',
    fault: { kind: 'signature' },
  })
})

test('a checkpoint that was kept elsewhere shows that an older end was put back', async () => {
  const now = chainOf(count)
  const before = chainOf(15)
  const kept = now.state?.head
  if (kept === undefined) throw new Error('no head')
  expect(await verifyChain(sourceOf(before))).toMatchObject({ kind: 'intact' })
  expect(await verifyChain(sourceOf(before), { checkpoints: [kept] })).toMatchObject({
    kind: 'broken',
    fault: { kind: 'cutOff', seq: 16, to: count },
  })
})

test('and that all was written anew from some row on', async () => {
  const chain = chainOf(count)
  const kept = chain.state?.head
  if (kept === undefined) throw new Error('no head')
  const rows = chain.rows.slice(0, 10)
  let end = { operator, seq: 10, hash: at(chain, 10).hash }
  for (let index = 11; index <= count; index += 1) {
    const row = linked(end, actionEntry(index + 100))
    rows.push(row)
    end = { operator, seq: row.seq, hash: row.hash }
  }
  const forged: Chain = { rows, state: { head: signer.sign({ ...end, at: new Date() }), cut: null } }
  expect(await verifyChain(sourceOf(forged))).toMatchObject({ kind: 'intact' })
  expect(await verifyChain(sourceOf(forged), { checkpoints: [kept] })).toMatchObject({
    kind: 'broken',
    fault: { kind: 'altered', seq: count },
  })
})

test('a chain whose beginning was taken away with a signed checkpoint goes on from that', async () => {
  const chain = chainOf(count)
  const cut = signer.sign({ operator, seq: 8, hash: at(chain, 8).hash, at: new Date() })
  if (chain.state === undefined) throw new Error('no head')
  const rows = chain.rows.filter(({ seq }) => seq > 8)
  expect(await verifyChain(sourceOf({ rows, state: { ...chain.state, cut } }))).toMatchObject({
    kind: 'intact',
    from: 9,
    to: count,
    rows: count - 8,
  })
  const unsigned = { ...cut, seq: 9, hash: at(chain, 9).hash }
  const more = rows.filter(({ seq }) => seq > 9)
  expect(await verifyChain(sourceOf({ rows: more, state: { ...chain.state, cut: unsigned } }))).toMatchObject(
    { kind: 'broken', fault: { kind: 'signature', seq: 9 } },
  )
})

test('what is written, or cut off, while it is verified is no fault', async () => {
  const chain = chainOf(count)
  const earlier = chainOf(12)
  if (chain.state === undefined || earlier.state === undefined) throw new Error('no head')
  let asked = 0
  const growing = {
    ...sourceOf(chain),
    state: async () => ((asked += 1) === 1 ? earlier.state : chain.state),
  }
  // The head of the shorter chain is that of the same rows.
  expect(await verifyChain(growing)).toMatchObject({ kind: 'intact', to: count })
  const cut = signer.sign({ operator, seq: 8, hash: at(chain, 8).hash, at: new Date() })
  let looks = 0
  const shrinking = {
    operator,
    state: async () => ({ head: chain.state!.head, cut: (looks += 1) === 1 ? null : cut }),
    rows: async (after: number) =>
      chain.rows.filter(({ seq }) => seq > after && (after < 4 ? seq <= 4 : seq > 8)).slice(0, 4),
  }
  expect(await verifyChain(shrinking)).toMatchObject({ kind: 'intact', to: count })
})
