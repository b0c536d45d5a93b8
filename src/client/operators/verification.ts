import { compareAction, compareRun, type KnownDigests, type LedgerChange } from '../../receipts/compare.js'
import { readEntry, type ActionEntry, type RunEntry, type StoredReceipt } from '../../receipts/entry.js'
import { verifyPart, type Verified } from '../../receipts/verify.js'
import { inSnapshot, sealingOf, type Queryable } from '../../store/database.js'
import { decodeCursor, encodeCursor } from '../../store/page.js'
import { storedChain } from '../../store/receipts/chain.js'
import { knownDigests } from '../../store/receipts/keys.js'
import {
  actionsInChain,
  leastDays,
  purgedReminders,
  runsInChain,
  runsOutOfChain,
  type RunPlace,
} from '../../store/receipts/ledger.js'
import type { ClientContext } from '../context.js'
import { InputError } from '../errors.js'
import { describeValue } from '../input/issues.js'

/** What was found in one part of the chain, and of what it is about. */
export type Verification = {
  /** Of the rows of this part. */
  chain: Verified
  /** What Postgres has not any more as it was when it was written there: a hundred of them at most. */
  changes: LedgerChange[]
  /** How many were compared; `purged`: runs and requests of which the retention may have taken what they had. */
  compared: { actions: number; runs: number; purged: number }
  /** For the next part; missing after the last. */
  next?: string
}

/** Of a part: it takes a moment, and no more memory than a page of the chain. */
const rowsOfPart = 4_000
const runsOfPart = 20_000
const mostChanges = 100
const dayMs = 86_400_000

/**
 * Walks a part of the operator's chain, and compares its rows with the audit and the ledger as they are now. The parts after
 * those of the chain look for runs that say that they are in it.
 * @throws InputError
 */
export async function verifyNext(
  { database, operator }: Pick<ClientContext, 'database' | 'operator'>,
  { after }: { after?: string },
): Promise<Verification> {
  const place = readPlace(after)
  if (place.kind === 'runs') return await runsPart(database, { operator, after: place.after })
  const { ring } = await sealingOf(database)
  // What is written meanwhile is in neither of the two.
  return await inSnapshot(database, async (client) => {
    const known = await knownDigests(client, ring)
    return await chainPart({ database: client, operator, known }, place.seq)
  })
}

type Scene = { database: Queryable; operator: string; known: KnownDigests }

async function chainPart(scene: Scene, after: number): Promise<Verification> {
  const { database, operator } = scene
  const found = emptyFindings()
  const { isLast, ...chain } = await verifyPart(storedChain(database, operator), {
    after,
    most: rowsOfPart,
    onRows: async (rows) => await compareRows(scene, rows, found),
  })
  if (chain.kind === 'broken') return { chain, ...limited(found) }
  if (!isLast) return { chain, ...limited(found), next: encodeCursor([String(chain.to)]) }
  for (const row of await actionsInChain(database, { operator, from: chain.to + 1, to: null }))
    found.changes.push({ kind: 'inserted', table: 'audit', seq: null, of: row.subject, row: String(row.id) })
  return { chain, ...limited(found), next: encodeCursor(['runs']) }
}

type Findings = Pick<Verification, 'changes' | 'compared'>

const emptyFindings = (): Findings => ({ changes: [], compared: { actions: 0, runs: 0, purged: 0 } })
const limited = ({ changes, compared }: Findings): Findings => ({
  changes: changes.slice(0, mostChanges),
  compared,
})

type Place = { kind: 'chain'; seq: number } | { kind: 'runs'; after: RunPlace | undefined }

/** @throws InputError */
function readPlace(after: string | undefined): Place {
  if (after === undefined) return { kind: 'chain', seq: 0 }
  const [seq] = decodeCursor(after, ['id']) ?? []
  if (seq !== undefined) return { kind: 'chain', seq: Number(seq) }
  const [scheduledAt, id] = decodeCursor(after, ['time', 'text']) ?? []
  if (scheduledAt !== undefined && id !== undefined) return { kind: 'runs', after: [scheduledAt, id] }
  if (decodeCursor(after, ['text'])?.[0] === 'runs') return { kind: 'runs', after: undefined }
  throw new InputError([
    { field: 'after', got: describeValue(after), expected: 'expected the `next` of the part before' },
  ])
}

async function runsPart(
  database: Queryable,
  { operator, after }: { operator: string; after: RunPlace | undefined },
): Promise<Verification> {
  const page = { operator, limit: runsOfPart, ...(after && { after }) }
  const { ids, next } = await runsOutOfChain(database, page)
  const changes = ids.map((id): LedgerChange => ({ kind: 'inserted', table: 'run', seq: null, of: id }))
  return {
    chain: { kind: 'intact', from: 1, to: 0, rows: 0 },
    ...limited({ changes, compared: emptyFindings().compared }),
    ...(next && { next: encodeCursor(next) }),
  }
}

async function compareRows(scene: Scene, rows: readonly StoredReceipt[], found: Findings): Promise<void> {
  const entries = rows.flatMap(({ body }) => readEntry(body) ?? [])
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) return
  const range = { from: first.seq, to: last.seq }
  await compareActions(
    scene,
    entries.filter((entry) => entry.kind === 'action'),
    { range, found },
  )
  await compareRuns(
    scene,
    entries.filter((entry) => entry.kind === 'run'),
    found,
  )
  found.changes.splice(mostChanges)
}

async function compareActions(
  { database, operator, known }: Scene,
  entries: readonly ActionEntry[],
  { range, found }: { range: { from: number; to: number }; found: Findings },
): Promise<void> {
  const rows = await actionsInChain(database, { operator, ...range })
  const bySeq = new Map(entries.map((entry) => [entry.seq, entry]))
  const seen = new Set<number>()
  for (const row of rows) {
    const entry = bySeq.get(row.seq)
    const isSecond = seen.has(row.seq)
    seen.add(row.seq)
    const place = { seq: row.seq, of: row.subject, row: String(row.id) }
    if (entry === undefined || isSecond) found.changes.push({ kind: 'inserted', table: 'audit', ...place })
    else found.changes.push(...[compareAction(entry, row, known)].flatMap((one) => one ?? []))
  }
  const since = new Date(Date.now() - leastDays.audit * dayMs).toISOString()
  for (const entry of entries.filter(({ seq }) => !seen.has(seq)))
    if (entry.at < since) found.compared.purged += 1
    else found.changes.push({ kind: 'missing', table: 'audit', seq: entry.seq, of: entry.subject })
  found.compared.actions += entries.length
}

async function compareRuns(
  { database, operator, known }: Scene,
  entries: readonly RunEntry[],
  found: Findings,
): Promise<void> {
  const runIds = [...new Set(entries.map(({ run }) => run))]
  const runs = new Map((await runsInChain(database, { operator, runIds })).map((run) => [run.id, run]))
  const gone = entries.filter(({ run }) => !runs.has(run))
  const keys = [...new Set(gone.map(({ reminder }) => reminder))]
  const purged = await purgedReminders(database, { operator, keys })
  found.compared.runs += entries.length
  for (const entry of entries) {
    const run = runs.get(entry.run)
    if (run === undefined) {
      // An occurrence that was left out may be taken back: its row goes, and it is sent after all.
      if (purged.has(entry.reminder) || entry.state === 'skipped') found.compared.purged += 1
      else found.changes.push({ kind: 'missing', table: 'run', seq: entry.seq, of: entry.run })
    } else if (!run.isOpen && run.latestSeq === entry.seq) {
      if (run.isPurged) found.compared.purged += 1
      found.changes.push(...compareRun(entry, run, { known, isPurged: run.isPurged }))
    }
  }
}
