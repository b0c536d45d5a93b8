import { setImmediate } from 'node:timers/promises'
import { definitionDigest } from '../../../store/reminders/definitions.js'
import { saveMedia, type MediaToStore } from '../../../store/reminders/media.js'
import { inTransaction } from '../../../store/database.js'
import { findReminderViews } from '../../../store/views/reminders.js'
import { dedupeKeyPattern } from '../../../domain/ids.js'
import type { ClientContext } from '../../context.js'
import { InputError, type InputIssue } from '../../errors.js'
import { inputContext } from '../../input/context.js'
import { describeShape } from '../../input/issues.js'
import type { InputContext } from '../../input/field-reading.js'
import { readReminderInput, type ReadReminder } from '../../input/reminder.js'
import type { ReminderInput } from '../../input/schema/reminder.js'
import { sharedMedia } from '../../input/media/shared.js'
import { refuseHidden } from '../find.js'
import { pastIssue } from '../first-fire.js'
import { say } from '../../../domain/sentences/say.js'

/** One of a list, as it was read. */
export type OneOfMany = Omit<ReadReminder, 'media'> & {
  /** Its place in the list, from 0. */
  index: number
  digest: string
  /** The place of an earlier one with the same key and content: this one is that. */
  sameAs?: number
}

export type ToRead = {
  inputs: readonly ReminderInput[]
  /** Where relative image paths begin; the current folder when not given. */
  folder?: string | undefined
  /** What words such as "in 10 minutes" count from, the same for each attempt at one list; now when not given. */
  writtenAt?: Date | undefined
}

export type ReadMany = {
  all: OneOfMany[]
  /** To be called before the definitions are stored. */
  storeMedia: () => Promise<void>
}

const keysAtOnce = 1_000
const betweenTurns = 50
/** Of a list that is none, each entry would have one. */
const mostIssues = 1_000

/**
 * Reads a list as each create of one of them would, and stores nothing of it.
 * @throws InputError with every field of every reminder that can't be used, by its place in the list
 */
export async function readMany(
  context: ClientContext,
  { inputs, folder, writtenAt, now }: ToRead & { now: Date },
): Promise<ReadMany> {
  const { readMedia, ...input } = await inputContext(context, { now: writtenAt ?? now, folder })
  const shared = sharedMedia(
    async (media) => await inTransaction(context.database, async (client) => await saveMedia(client, media)),
    readMedia === undefined ? {} : { readMedia },
  )
  const against = { ...input, readMedia: shared.readMedia }
  const { all, issues } = await readList(inputs, { against, keep: shared.keep })
  for (let from = 0; from < all.length; from += keysAtOnce)
    await refuseHidden(
      context,
      all.slice(from, from + keysAtOnce).map(({ key }) => key),
    )
  issues.push(...(await pastIssues(context, { all, now })))
  if (issues.length > 0) throw new InputError(inOrder(issues))
  return { all, storeMedia: shared.storeAll }
}

/** Each for itself, then beside each other. @param keep takes what each shows */
export async function readList(
  inputs: readonly ReminderInput[],
  { against, keep }: { against: InputContext; keep: (media: readonly MediaToStore[]) => void },
): Promise<{ all: OneOfMany[]; issues: InputIssue[] }> {
  checkList(inputs)
  const shared = sharedContext(against)
  const all: OneOfMany[] = []
  const issues: InputIssue[] = []
  for (const [index, input] of inputs.entries()) {
    // Who calls this may have others to serve.
    if (index % betweenTurns === betweenTurns - 1) await setImmediate()
    try {
      const { media, ...read } = await readReminderInput(input, shared)
      keep(media)
      all.push({ ...read, index, digest: definitionDigest(against, read.definition) })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      issues.push(...error.issues.map((issue) => inList(issue, { index, key: keyOf(input) })))
      if (issues.length < mostIssues || index + 1 === inputs.length) continue
      issues.push({ field: `reminders[${index + 1}]`, expected: say('listNotRead') })
      break
    }
  }
  issues.push(...findSame(all))
  return { all, issues }
}

function checkList(inputs: unknown): void {
  if (Array.isArray(inputs) && inputs.length > 0) return
  throw new InputError([
    {
      field: 'reminders',
      got: describeShape(inputs),
      expected: say('listExpected', { of: say('phraseReminders') }),
    },
  ])
}

/** What is asked of Postgres for each account is asked once. */
function sharedContext(context: InputContext): InputContext {
  const known = new Map<string, ReturnType<InputContext['groupsOf']>>()
  return {
    ...context,
    // All of an account, once: each of the list may name another.
    groupsOf: async (accountId) => {
      const groups = known.get(accountId) ?? context.groupsOf(accountId)
      known.set(accountId, groups)
      return await groups
    },
  }
}

type Place = { index: number; key: string | undefined }

/** The issue of one reminder as one of the list. */
export function inList({ field, ...issue }: InputIssue, { index, key }: Place): InputIssue {
  const place = `reminders[${index}]`
  return {
    field: field === 'reminder' ? place : `${place}.${field}`,
    ...(key !== undefined && { key }),
    ...issue,
  }
}

export function keyOf(input: unknown): string | undefined {
  const key: unknown = input !== null && typeof input === 'object' && 'key' in input ? input.key : undefined
  return typeof key === 'string' && dedupeKeyPattern.test(key) ? key : undefined
}

/** The place of an issue is the beginning of its field. */
function inOrder(issues: InputIssue[]): InputIssue[] {
  const place = ({ field }: InputIssue) => Number(/^reminders\[(\d+)\]/.exec(field)?.[1])
  return issues.toSorted((a, b) => place(a) - place(b))
}

/** Two with one key are one where they are the same; else the writer meant something else. */
function findSame(all: OneOfMany[]): InputIssue[] {
  const first = new Map<string, OneOfMany>()
  const issues: InputIssue[] = []
  for (const one of all) {
    const earlier = first.get(one.key)
    if (earlier === undefined) first.set(one.key, one)
    else if (earlier.digest === one.digest) {
      one.sameAs = earlier.index
      one.warnings.push(say('sameAsOther', { index: earlier.index }))
    } else {
      const expected = say('ownKey', { index: earlier.index })
      issues.push(inList({ field: 'key', expected }, one))
    }
  }
  return issues
}

/** A time that is too late to fire is a mistake, unless the reminder exists: then the caller asks what became of it. */
async function pastIssues(
  { database, operator }: ClientContext,
  { all, now }: { all: readonly OneOfMany[]; now: Date },
): Promise<InputIssue[]> {
  const late: { one: OneOfMany; issue: InputIssue }[] = []
  for (const one of all) {
    const past = pastIssue(one.definition, now)
    if (past?.kind === 'warning') one.warnings.push(past.text)
    if (past?.kind === 'issue') late.push({ one, issue: past.issue })
  }
  const issues: InputIssue[] = []
  for (let from = 0; from < late.length; from += keysAtOnce) {
    const some = late.slice(from, from + keysAtOnce)
    const known = await findReminderViews(database, { operator, keys: some.map(({ one }) => one.key) })
    issues.push(...some.flatMap(({ one, issue }) => (known.has(one.key) ? [] : [inList(issue, one)])))
  }
  return issues
}
