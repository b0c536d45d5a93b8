import type { Digested, Digests } from './digests.js'
import { canonical, type ActionEntry, type RunEntry } from './entry.js'
import { actionEntryOf, runEntryOf, type ActionRow, type EndedRun } from './of-ledger.js'

/** What Postgres does not have any more as it had it when its receipt was written. */
export type LedgerChange = {
  kind: 'altered' | 'missing' | 'inserted'
  table: 'audit' | 'run' | 'target' | 'send'
  /** The row of the chain that says so; null where none does. */
  seq: number | null
  /** The run, or what the action was done to. */
  of: string
  /** The row: an id of the audit, the place of a target in its run, or the id of a message. */
  row?: string
  /** What of it is another. */
  fields?: string[]
}

/**
 * All that digests may have been made with, the newest first. `isWhole`: none of them was lost; else what is only a
 * digest is not compared where it fits to none of them.
 */
export type KnownDigests = { all: readonly Digests[]; isWhole: boolean }

const digested = { who: 'who', why: 'why', to: 'recipient', content: 'content' } as const satisfies Record<
  string,
  Digested
>

export function compareAction(
  entry: ActionEntry,
  row: ActionRow,
  known: KnownDigests,
): LedgerChange | undefined {
  const [digests = noDigests] = fitting(entry, (one) => actionEntryOf(row, one), known)
  const fields = differing(entry, actionEntryOf(row, digests), known)
  if (fields.length === 0) return undefined
  return { kind: 'altered', table: 'audit', seq: entry.seq, of: entry.subject, row: String(row.id), fields }
}

/** Of the end of the run that it has now. Where the retention has taken its targets, the run itself is compared. */
export function compareRun(
  entry: RunEntry,
  run: EndedRun,
  { known, isPurged }: { known: KnownDigests; isPurged: boolean },
): LedgerChange[] {
  const [digests = noDigests] = fitting(entry, (one) => runEntryOf(run, one), known)
  const now = runEntryOf(run, digests)
  const { targets: before, ...recorded } = entry
  const { targets: after, ...current } = now
  const place = { seq: entry.seq, of: entry.run }
  const fields = differing(recorded, current, known)
  const own: LedgerChange[] = fields.length > 0 ? [{ kind: 'altered', table: 'run', ...place, fields }] : []
  return isPurged ? own : [...own, ...compareTargets(before, after, { place, known })]
}

type Target = RunEntry['targets'][number]
type Of = { place: { seq: number; of: string }; known: KnownDigests }

function compareTargets(before: Target[], after: Target[], { place, known }: Of): LedgerChange[] {
  const changes: LedgerChange[] = []
  const count = Math.max(before.length, after.length)
  // Nothing is moved within a run: where all are there, the same place is the same target.
  const isAligned = before.length === after.length
  const now = new Map(after.map((target) => [target.to, target]))
  const then = new Set(before.map(({ to }) => to))
  for (let ordinal = 0; ordinal < count; ordinal += 1) {
    const [recorded, current] = [before[ordinal], isAligned ? after[ordinal] : undefined]
    const row = String(ordinal)
    const target = { table: 'target' as const, ...place, row }
    const found = recorded && (current ?? now.get(recorded.to))
    if (recorded !== undefined && found === undefined) changes.push({ kind: 'missing', ...target })
    if (recorded !== undefined && found !== undefined) {
      const { sends: sent, ...own } = recorded
      const { sends, ...same } = found
      const fields = differing(own, same, known)
      if (fields.length > 0) changes.push({ kind: 'altered', ...target, fields })
      changes.push(...compareSends(sent, sends, place))
    }
    const added = isAligned ? undefined : after[ordinal]
    if (added !== undefined && !then.has(added.to)) changes.push({ kind: 'inserted', ...target })
  }
  return changes
}

type Send = Target['sends'][number]

function compareSends(before: Send[], after: Send[], place: { seq: number; of: string }): LedgerChange[] {
  const send = (id: string) => ({ table: 'send' as const, ...place, row: id })
  const now = new Map(after.map((one) => [one.id, one]))
  const then = new Set(before.map(({ id }) => id))
  return [
    ...before.flatMap((recorded): LedgerChange[] => {
      const current = now.get(recorded.id)
      if (current === undefined) return [{ kind: 'missing', ...send(recorded.id) }]
      const fields = namesOf(recorded, current)
      return fields.length === 0 ? [] : [{ kind: 'altered', ...send(recorded.id), fields }]
    }),
    ...after
      .filter(({ id }) => !then.has(id))
      .map(({ id }): LedgerChange => ({ kind: 'inserted', ...send(id) })),
  ]
}

const noDigests: Digests = () => ''

/** The digests that the entry was made with, where one can tell; else the newest. */
function fitting<Entry extends object>(
  recorded: Entry,
  make: (digests: Digests) => object,
  { all }: KnownDigests,
): readonly Digests[] {
  if (all.length < 2) return all
  const of = all.find((digests) => placeless(recorded) === canonical(make(digests)))
  return of === undefined ? all : [of]
}

function placeless(entry: object): string {
  const { v: _v, operator: _operator, seq: _seq, prev: _prev, ...rest } = entry as Record<string, unknown>
  return canonical(rest)
}

/** The names of what is another: not of its place, nor of what only a lost key could tell. */
function differing(recorded: object, current: object, { isWhole }: KnownDigests): string[] {
  return namesOf(recorded, current).filter((name) => {
    const isUnknown = name === 'content' && [valueOf(recorded, name), valueOf(current, name)].includes('')
    return !isUnknown && (isWhole || !Object.hasOwn(digested, name))
  })
}

const placeNames = ['v', 'operator', 'seq', 'prev', 'targets', 'sends']

function namesOf(recorded: object, current: object): string[] {
  return [...new Set([...Object.keys(recorded), ...Object.keys(current)])].filter(
    (name) => !placeNames.includes(name) && valueOf(recorded, name) !== valueOf(current, name),
  )
}

function valueOf(of: object, name: string): unknown {
  return Reflect.get(of, name)
}
