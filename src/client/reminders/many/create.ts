import { firstOccurrence } from '../../../domain/calendar/occurrences.js'
import type { Difference } from '../../../domain/definition.js'
import { isFinalReminder, type ReminderState } from '../../../domain/states.js'
import type { ErrorCode } from '../../../protocol/refusals.js'
import { takeBackReminder } from '../../../store/reminders/new-reminders.js'
import { findReminderView, type ReminderView } from '../../../store/views/reminders.js'
import type { ClientContext } from '../../context.js'
import { CarillonError, ReminderConflictError, reminderConflict } from '../../errors.js'
import { inLanes } from '../../../in-lanes.js'
import type { ReminderInput } from '../../input/schema/reminder.js'
import { answerTimeoutMs } from '../../temporal/updates.js'
import { usedBefore } from '../create.js'
import { differencesOf } from './differences.js'
import { readMany, type OneOfMany, type ToRead } from './read.js'
import { startReminder } from './start.js'
import { storeInTurn, type Stored } from './store.js'

export type CreateManyOptions = Partial<Omit<ToRead, 'inputs'>> & {
  /** How long to wait for Temporal's answer to one of them; 30 s when not given. */
  timeoutMs?: number
  /** Called with how many are done, now and then. */
  onProgress?: (done: number, total: number) => void
}

/** What became of one of them. */
export type CreatedOfMany = {
  /** Its place in the list, from 0. */
  index: number
  key: string
  /** Things that were accepted and may not be what was meant. */
  warnings: string[]
} & (
  | { kind: 'created' | 'exists'; state: ReminderState; scheduledAt: string }
  /** The key belongs to a reminder that is over. Nothing is sent. */
  | { kind: 'ended'; state: ReminderState; endedAt: string; differences: Difference[] }
  /** As the single create is: the key belongs to a reminder with another definition, which stays as it is. */
  | { kind: 'refused'; code: ErrorCode; message: string; differences: Difference[] }
)

export type CreateManyResult = {
  /** How many of each kind. */
  counts: Record<CreatedOfMany['kind'], number>
  /** One for each, in the order of the list. */
  reminders: CreatedOfMany[]
}

/**
 * A worker takes the first steps of a long list one after the other, and others' that are due meanwhile must not wait
 * behind them: fewer in a second than a small machine bears (two cores bear 60).
 */
export const firstTaskForEachMs = 25

/**
 * How long the first step of one may wait, with so many still to be started: until half of the time is over that there
 * is until it is due, at most.
 */
export function firstTaskInMs(scheduledAt: string, { left, nowMs }: { left: number; nowMs: number }): number {
  const untilDueMs = Math.max(0, Date.parse(scheduledAt) - nowMs)
  return Math.min(left * firstTaskForEachMs, Math.floor(untilDueMs / 2))
}

// Temporal works on a few starts at a time; more would only wait for each other there.
const lanes = 16

/**
 * The row of each reminder is written first, fifty in a statement; its workflow is started with what is in the row, and
 * so needs no worker to become known.
 */
export async function createMany(
  context: ClientContext,
  { inputs, options }: { inputs: readonly ReminderInput[]; options: CreateManyOptions },
): Promise<CreateManyResult> {
  const { folder, writtenAt } = options
  const { all, storeMedia } = await readMany(context, { inputs, folder, writtenAt, now: new Date() })
  await storeMedia()
  const distinct = all.filter(({ sameAs }) => sameAs === undefined)
  const done = new Map<number, CreatedOfMany>()
  const timeoutMs = options.timeoutMs ?? answerTimeoutMs
  try {
    await inLanes(storeInTurn(context, distinct), {
      lanes,
      work: async (stored) => {
        const left = distinct.length - done.size
        done.set(stored.one.index, await begin(context, { stored, left, timeoutMs }))
        options.onProgress?.(done.size, distinct.length)
      },
    })
  } catch (error) {
    throw goesOn(error, { done: done.size, total: distinct.length })
  }
  const reminders = all.map((one) => resultOf(one, done))
  return { counts: countKinds(reminders), reminders }
}

function resultOf(
  { index, sameAs, warnings }: OneOfMany,
  done: ReadonlyMap<number, CreatedOfMany>,
): CreatedOfMany {
  const result = done.get(sameAs ?? index)
  if (result === undefined) throw new Error(`nothing is known of reminders[${index}]`)
  if (sameAs === undefined) return result
  return result.kind === 'created'
    ? { ...result, index, warnings, kind: 'exists' }
    : { ...result, index, warnings }
}

function countKinds(reminders: readonly CreatedOfMany[]): CreateManyResult['counts'] {
  const counts = { created: 0, exists: 0, ended: 0, refused: 0 }
  for (const { kind } of reminders) counts[kind] += 1
  return counts
}

/** What broke, and that nothing is lost by it. */
function goesOn(error: unknown, { done, total }: { done: number; total: number }): unknown {
  if (!(error instanceof CarillonError)) return error
  return new CarillonError(
    error.code,
    `${error.message} ${done} of ${total} reminders are created: the same again goes on with the others.`,
    { cause: error },
  )
}

type Call = { timeoutMs: number; /** How many are not started yet. */ left: number }

async function begin(
  context: ClientContext,
  { stored, ...call }: Call & { stored: Stored },
): Promise<CreatedOfMany> {
  return stored.kind === 'created'
    ? await beginNew(context, { ...stored, ...call })
    : await lookAtFound(context, { ...stored, ...call })
}

async function beginNew(
  context: ClientContext,
  { one, situation, timeoutMs, left }: Call & Extract<Stored, { kind: 'created' }>,
): Promise<CreatedOfMany> {
  const { temporal, database, operator } = context
  const { key, digest, definition } = one
  const { state, accountId } = situation
  const scheduledAt = situation.nextFire ?? firstOccurrence(definition.schedule)
  const isStarted = await startReminder(temporal, {
    operator,
    dedupeKey: key,
    accountId,
    state,
    nextFire: new Date(scheduledAt),
    situation,
    timeoutMs,
    firstTaskInMs: firstTaskInMs(scheduledAt, { left, nowMs: Date.now() }),
  })
  if (isStarted) return { ...common(one), kind: 'created', state, scheduledAt }
  // Postgres has lost the reminder that the key was used for; Temporal has not.
  await takeBackReminder(database, { operator, dedupeKey: key, digest })
  return refused(one, usedBefore(key))
}

async function lookAtFound(
  context: ClientContext,
  { one, view, timeoutMs }: Call & Extract<Stored, { kind: 'found' }>,
): Promise<CreatedOfMany> {
  const { temporal, database, operator } = context
  if (isFinalReminder(view.state)) return ended(one, view)
  const different = differencesOf(one, view)
  if (different.length > 0)
    return refused(one, reminderConflict(one.key, { state: view.state, differences: different }))
  const { state, accountId, nextFire } = view
  // Its creator may have died before it got to that.
  const isThere = await startReminder(temporal, {
    operator,
    dedupeKey: one.key,
    accountId,
    state,
    nextFire,
    timeoutMs,
  })
  if (!isThere) {
    const now = await findReminderView(database, { operator, key: one.key })
    return now !== undefined && isFinalReminder(now.state)
      ? ended(one, now)
      : refused(one, usedBefore(one.key))
  }
  const { schedule } = view.definition
  return {
    ...common(one),
    kind: 'exists',
    state,
    scheduledAt: nextFire?.toISOString() ?? firstOccurrence(schedule),
  }
}

function ended(one: OneOfMany, view: ReminderView): CreatedOfMany {
  const { state, endedAt } = view
  return {
    ...common(one),
    kind: 'ended',
    state,
    endedAt: (endedAt ?? new Date()).toISOString(),
    differences: differencesOf(one, view),
  }
}

function refused(one: OneOfMany, error: CarillonError): CreatedOfMany {
  const { code, message } = error
  const differences = error instanceof ReminderConflictError ? error.differences : []
  return { ...common(one), kind: 'refused', code, message, differences }
}

function common({ index, key, warnings }: OneOfMany) {
  return { index, key, warnings }
}
