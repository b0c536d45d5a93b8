import { differences, type Difference, type ReminderDefinition } from '../../domain/definition.js'
import { isFinalReminder, type ReminderState } from '../../domain/states.js'
import { findReminderView, type ReminderView } from '../../store/views/reminders.js'
import type { ClientContext } from '../context.js'
import { askToDefine, type AskedToDefine } from './ask-to-define.js'
import { CarillonError, InputError, reminderConflict } from '../errors.js'
import { refuseHidden } from './find.js'
import { firstFire, pastIssue } from './first-fire.js'
import { inputContext } from '../input/context.js'
import type { ReminderInput } from '../input/schema/reminder.js'
import type { Content } from '../input/content.js'
import { operatorRequest } from '../temporal/signals.js'
import { answerTimeoutMs } from '../temporal/updates.js'
import { storeReminder } from './store.js'
import { readReminderInput, type ReadReminder } from '../input/reminder.js'
import { pollUntil } from '../waiting.js'
import { say } from '../../domain/sentences/say.js'

export type CreateOptions = {
  /** Where relative image paths begin; the current folder when not given. */
  folder?: string
  /** How long to wait for a worker's answer; 30 s when not given. */
  timeoutMs?: number
  /** What words such as "in 10 minutes" count from, the same for each attempt at one request; now when not given. */
  writtenAt?: Date
}

export type CreateResult = {
  key: string
  definition: ReminderDefinition
  /** Of the definition: another one after each edit. */
  digest: string
  /** Things that were accepted and may not be what was meant. */
  warnings: string[]
} & (
  | { kind: 'created' | 'exists'; state: ReminderState; scheduledAt: string }
  /** The key belongs to a reminder that is over. Nothing is sent. */
  | { kind: 'ended'; state: ReminderState; endedAt: string; differences: Difference[] }
)

/** Identical creates under way in this process: one asks Temporal, the others share its answer. */
export type UnderWay = Map<string, Promise<AskedToDefine>>

export async function createReminder(
  context: ClientContext,
  {
    input,
    options,
    underWay,
    kept,
  }: {
    input: ReminderInput
    options: CreateOptions
    underWay: UnderWay
    /** What is sent where the input does not say: that of the reminder which is cloned. */
    kept?: Content
  },
): Promise<CreateResult> {
  const now = new Date()
  const { writtenAt = now, folder } = options
  const read = await readReminderInput(input, await inputContext(context, { now: writtenAt, folder }), {
    kept,
  })
  await refuseHidden(context, [read.key])
  await refusePast(context, { read, now })
  const call = { timeoutMs: options.timeoutMs ?? answerTimeoutMs, underWay, now }
  const asked = await storeAndAsk(context, { ...call, read })
  const { answer } = asked
  if (
    answer.kind !== 'conflict' ||
    read.hasOwnStart ||
    answer.differences.some(({ field }) => field !== startField)
  )
    return await toResult(context, { read, ...asked })
  // It began "now" each time it was created: the one that exists has said when.
  const existing = await findReminderView(context.database, { operator: context.operator, key: read.key })
  const same = withStartOf(read, existing?.definition)
  return await toResult(context, { read: same, ...(await storeAndAsk(context, { ...call, read: same })) })
}

export const startField = 'schedule.start'

type Asked = { answer: AskedToDefine; digest: string }

type AskOptions = { read: ReadReminder; now: Date; timeoutMs: number; underWay: UnderWay }

/** Stores what the definition refers to, then asks the workflow, which knows it by its digest. */
async function storeAndAsk(context: ClientContext, options: AskOptions): Promise<Asked> {
  const digest = await storeReminder(context.database, options.read)
  return { answer: await coalesced(context, { ...options, digest }), digest }
}

function withStartOf(read: ReadReminder, existing: ReminderDefinition | undefined): ReadReminder {
  const { schedule } = read.definition
  if (schedule.kind !== 'recurring' || existing?.schedule.kind !== 'recurring') return read
  const { start } = existing.schedule
  return { ...read, definition: { ...read.definition, schedule: { ...schedule, start } } }
}

/** A time that is too late to fire is a mistake, unless the reminder exists: then the caller asks what became of it. */
async function refusePast(
  { database, operator }: ClientContext,
  { read, now }: { read: ReadReminder; now: Date },
): Promise<void> {
  const past = pastIssue(read.definition, now)
  if (past === undefined) return
  if (past.kind === 'warning') read.warnings.push(past.text)
  else if ((await findReminderView(database, { operator, key: read.key })) === undefined)
    throw new InputError([past.issue])
}

async function coalesced(
  context: ClientContext,
  { read, digest, timeoutMs, underWay, now }: AskOptions & { digest: string },
): Promise<AskedToDefine> {
  const id = `${read.key}#${digest}`
  const running = underWay.get(id)
  if (running !== undefined) {
    const answer = await running
    return answer.kind === 'created' ? { ...answer, kind: 'exists' } : answer
  }
  const { operator } = context
  const { account: accountId } = read.definition
  const at = firstFire(read.definition, now)
  const asked = operatorRequest(context, undefined)
  const call = { operator, key: read.key, digest, accountId, at, timeoutMs, asked }
  const promise = askToDefine(context.temporal, call)
  underWay.set(id, promise)
  try {
    return await promise
  } finally {
    underWay.delete(id)
  }
}

async function toResult(
  context: ClientContext,
  { read, answer, digest }: Asked & { read: ReadReminder },
): Promise<CreateResult> {
  const common = { key: read.key, definition: read.definition, digest, warnings: read.warnings }
  if (answer.kind === 'conflict') throw reminderConflict(read.key, answer)
  if (answer.kind !== 'closed') return { ...common, ...answer }
  const ended = await endedReminder(context, read.key)
  return {
    ...common,
    kind: 'ended',
    state: ended.state,
    endedAt: (ended.endedAt ?? new Date()).toISOString(),
    differences: differences(ended.definition, read.definition).filter(
      ({ field }) => read.hasOwnStart || field !== startField,
    ),
  }
}

/** The row of a reminder whose workflow is closed. */
async function endedReminder({ database, operator }: ClientContext, key: string): Promise<ReminderView> {
  const { answer } = await pollUntil({
    ask: async () => await findReminderView(database, { operator, key }),
    isDone: (row) => row !== undefined && isFinalReminder(row.state),
    timeoutMs: 2_000,
  })
  if (answer !== undefined) return answer
  throw usedBefore(key)
}

/** Temporal has its workflow, and Postgres has lost it. */
export function usedBefore(key: string): CarillonError {
  return new CarillonError('ended', say('keyUsed', { key }))
}
