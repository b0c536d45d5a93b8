import { isSigned, type Checkpoint } from './checkpoint.js'
import { genesis, hashOf, readEntry, type StoredReceipt } from './entry.js'
import type { ChainSource, ChainState } from './source.js'

/** The first thing that is wrong with a chain. */
export type ChainFault = {
  kind:
    | 'altered'
    | 'missing'
    | 'inserted'
    /** It is what was written as another row. */
    | 'moved'
    /** The newest are gone. */
    | 'cutOff'
    /** What is signed was not signed so, or by another key. */
    | 'signature'
  /** The row, or the first of several. */
  seq: number
  /** The last of several. */
  to?: number
  why: string
}

export type Verified =
  | { kind: 'intact'; from: number; to: number; rows: number; head?: Checkpoint }
  | { kind: 'broken'; fault: ChainFault; /** Those before it. */ rows: number }

export type VerifyOptions = {
  /** Kept elsewhere: the chain must still have what they stand for. */
  checkpoints?: readonly Checkpoint[]
  /** The only keys that are believed; those of the chain's own checkpoints when not given. */
  publicKeys?: readonly string[]
  /** Called with the number of rows that were looked at, now and then. */
  onProgress?: (rows: number) => void
}

/** Of a chain that is walked in parts. */
export type PartOptions = {
  /** The row that the part before ended with; 0 at first. */
  after: number
  /** The part ends once it has so many. */
  most: number
  /** Called with rows that are right, some at a time. */
  onRows?: (rows: readonly StoredReceipt[]) => Promise<void>
}

class Broken extends Error {
  constructor(readonly fault: ChainFault) {
    super(fault.why)
  }
}

function broken(kind: ChainFault['kind'], at: { seq: number; to?: number }, why: string): Broken {
  return new Broken({ kind, ...at, why })
}

/**
 * Walks the chain from its beginning, or from where the retention cut it, to its end, a page at a time, and names the first
 * row that is altered, missing, moved or inserted. That the newest were cut off shows by the signed end of the chain, or by a
 * checkpoint that was kept elsewhere.
 */
export async function verifyChain(source: ChainSource, options: VerifyOptions = {}): Promise<Verified> {
  const walk = createWalk(source, options)
  return await walked(walk, walk.all)
}

/** One part of the same: who walks them all has walked the chain. `isLast`: there are no more. */
export async function verifyPart(
  source: ChainSource,
  { after, ...part }: PartOptions,
): Promise<Verified & { isLast: boolean }> {
  const walk = createWalk(source, part)
  const verified = await walked(walk, async () => await walk.part(after))
  return { ...verified, isLast: walk.isOver() }
}

async function walked(walk: Walk, go: () => Promise<Verified>): Promise<Verified> {
  try {
    return await go()
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', fault: error.fault, rows: walk.rows() }
    throw error
  }
}

type Walk = ReturnType<typeof createWalk>

function createWalk(
  source: ChainSource,
  {
    checkpoints = [],
    publicKeys,
    onProgress,
    most = Number.POSITIVE_INFINITY,
    onRows,
  }: VerifyOptions & Partial<PartOptions>,
) {
  const { operator } = source
  let state: ChainState | undefined
  /** Of the last row that is right, and of the one before it. */
  let last = { seq: 0, hash: genesis, prev: genesis }
  let count = 0
  let isOver = false

  function checkSigned(checkpoint: Checkpoint, what: string): void {
    const { seq } = checkpoint
    if (checkpoint.operator !== operator)
      throw broken('signature', { seq }, `${what} is that of another operator`)
    if (publicKeys !== undefined && !publicKeys.includes(checkpoint.publicKey))
      throw broken('signature', { seq }, `${what} is signed by another key than the one that is believed`)
    if (!isSigned(checkpoint)) throw broken('signature', { seq }, `${what} was changed after it was signed`)
  }

  async function look(): Promise<ChainState | undefined> {
    state = await source.state()
    if (state === undefined) return undefined
    checkSigned(state.head, 'the end of the chain')
    if (state.cut) checkSigned(state.cut, 'the place where the chain was cut')
    return state
  }

  /** What was kept elsewhere says how this row was. */
  function checkKept(row: { seq: number; hash: string }): void {
    for (const { seq, hash } of checkpoints)
      if (seq === row.seq && hash !== row.hash)
        throw broken('altered', { seq }, 'a checkpoint that was kept elsewhere has another hash for it')
  }

  /** Of a row whose place is another one than it says. */
  function misplaced(row: StoredReceipt, entry: { seq: number; prev: string }, next?: StoredReceipt): Broken {
    const { seq } = row
    const nextEntry = next && readEntry(next.body)
    if (entry.seq === seq - 1 && entry.prev === last.prev && last.seq === seq - 1)
      return broken('inserted', { seq: seq - 1 }, 'what comes after it was written in its place')
    if (
      entry.seq > seq &&
      nextEntry?.seq !== seq &&
      (nextEntry === undefined || nextEntry.seq === entry.seq + 1)
    )
      return broken(
        'missing',
        { seq, ...(entry.seq - 1 > seq && { to: entry.seq - 1 }) },
        `in its place is what was written as row ${entry.seq}`,
      )
    return broken('moved', { seq }, `it is what was written as row ${entry.seq}`)
  }

  function checkRow(row: StoredReceipt, next: StoredReceipt | undefined): void {
    const { seq } = row
    if (seq > last.seq + 1)
      throw broken(
        'missing',
        { seq: last.seq + 1, ...(seq > last.seq + 2 && { to: seq - 1 }) },
        'there is no such row, and there are later ones',
      )
    const entry = readEntry(row.body)
    if (entry === undefined) throw broken('altered', { seq }, 'it is no entry in canonical form')
    if (hashOf(row.body) !== row.hash) throw broken('altered', { seq }, 'it has another hash')
    if (entry.operator !== operator) throw broken('inserted', { seq }, 'it is of another chain')
    if (entry.seq !== seq) throw misplaced(row, entry, next)
    if ((entry.kind === 'run' ? entry.run : null) !== row.runId)
      throw broken('altered', { seq }, 'it is filed under another run')
    if (entry.prev !== last.hash) {
      if (last.seq === (state?.cut?.seq ?? 0))
        throw broken('altered', { seq }, 'it does not go on from where the chain begins')
      throw broken('altered', { seq: last.seq }, 'the row after it was written when it had another hash')
    }
    checkKept(row)
  }

  /** The end that is signed, where this row is it. */
  async function checkEnd(row: StoredReceipt): Promise<void> {
    // Rows may have been written meanwhile.
    if (state === undefined || row.seq > state.head.seq) await look()
    if (state === undefined)
      throw broken('signature', { seq: row.seq }, 'there are rows, and the signed end of the chain is gone')
    if (row.seq > state.head.seq)
      throw broken('inserted', { seq: row.seq }, 'it is after the signed end of the chain')
    if (row.seq === state.head.seq && row.hash !== state.head.hash)
      throw broken('altered', { seq: row.seq }, 'the signed end of the chain has another hash for it')
  }

  /** Goes on from the cut that the retention has made meanwhile, where that is why the row is not there. */
  async function skipCut(row: StoredReceipt): Promise<boolean> {
    if (row.seq <= last.seq + 1) return false
    const cut = (await look())?.cut
    if (!cut || cut.seq !== row.seq - 1) return false
    last = { seq: cut.seq, hash: cut.hash, prev: '' }
    return true
  }

  async function all(): Promise<Verified> {
    for (const checkpoint of checkpoints) checkSigned(checkpoint, 'a checkpoint that was kept elsewhere')
    beginAt((await look())?.cut)
    return await walkOn(await source.rows(last.seq))
  }

  async function part(after: number): Promise<Verified> {
    const cut = (await look())?.cut
    // What was cut off meanwhile is not walked any more.
    if (after <= (cut?.seq ?? 0)) {
      beginAt(cut)
      return await walkOn(await source.rows(last.seq))
    }
    const [before, ...page] = await source.rows(after - 1)
    const entry = before && readEntry(before.body)
    if (before?.seq !== after) throw broken('missing', { seq: after }, 'it is gone since it was looked at')
    if (entry === undefined || hashOf(before.body) !== before.hash)
      throw broken('altered', { seq: after }, 'it is not as it was when it was looked at')
    last = { seq: after, hash: before.hash, prev: entry.prev }
    return await walkOn(page.length > 0 ? page : await source.rows(after))
  }

  function beginAt(cut: Checkpoint | null | undefined): void {
    if (!cut) return
    last = { seq: cut.seq, hash: cut.hash, prev: '' }
    checkKept(last)
  }

  async function walkOn(first: StoredReceipt[]): Promise<Verified> {
    const from = last.seq + 1
    let page = first
    while (page.length > 0 && count < most) {
      const following = await source.rows(page.at(-1)?.seq ?? 0)
      for (const [index, row] of page.entries()) {
        await skipCut(row)
        checkRow(row, page[index + 1] ?? following[0])
        await checkEnd(row)
        last = { seq: row.seq, hash: row.hash, prev: last.hash }
        count += 1
      }
      await onRows?.(page)
      onProgress?.(count)
      page = following
    }
    isOver = page.length === 0
    if (isOver) checkNothingCutOff()
    return { kind: 'intact', from, to: last.seq, rows: count, ...(state && { head: state.head }) }
  }

  function checkNothingCutOff(): void {
    const missing = (seq: number, why: string) =>
      broken('cutOff', { seq: last.seq + 1, ...(seq > last.seq + 1 && { to: seq }) }, why)
    if (state !== undefined && last.seq < state.head.seq)
      throw missing(state.head.seq, 'the signed end of the chain is later')
    const kept = checkpoints.toSorted((a, b) => b.seq - a.seq)[0]
    if (kept !== undefined && last.seq < kept.seq)
      throw missing(kept.seq, 'a checkpoint that was kept elsewhere is later')
  }

  return { all, part, rows: () => count, isOver: () => isOver }
}
