import { decide, decideLate, nextPending, type Due, type Omission } from '../../domain/firing.js'
import { localText } from '../../domain/calendar/local-time.js'
import { definitionOfOccurrence } from '../../domain/step-parts.js'
import type { ReminderState } from '../../domain/states.js'
import { spellInstant } from '../../domain/hours/zone.js'
import type { Queryable } from '../../store/database.js'
import { saveDefinition } from '../../store/reminders/definitions.js'
import { insertOmitted, insertRun, runHistory } from '../../store/reminders/reminder-runs.js'
import { supersedeRunsOf } from '../../store/runs/run-holds.js'
import {
  updateReminder,
  type ReminderKey,
  type ReminderRow,
  type RunTrigger,
} from '../../store/reminders/reminders.js'
import { situationOf } from '../../store/reminders/situations.js'
import type { Situation } from '../../protocol/payloads.js'

/** How a reminder stands, and how it is brought there: each in the transaction that has locked its row. */

/** The most in one transaction, which must not lock the row for long after a year in which nothing was looked at. */
const occurrencesAtOnce = 500

/** Begins, buffers or leaves out what is due by now, and moves the cursor past it; all but `more`. */
export async function fireDue(
  db: Queryable,
  { key, row, nowMs }: { key: ReminderKey; row: ReminderRow; nowMs: number },
): Promise<{ row: ReminderRow; more: boolean }> {
  if (row.state === 'paused' || row.ending || row.endedAt) return { row, more: false }
  const isRunOpen = row.runs.some(({ trigger }) => trigger === 'schedule')
  const at = { pending: row.pending, isRunOpen, nowMs, limit: occurrencesAtOnce }
  let decision = decide(row.definition, at)
  // The step may have waited for Postgres for long: what goes out now must not be late by now.
  if (decision.fire ?? decision.pending.buffered)
    decision = decide(row.definition, { ...at, lateMs: Math.max(nowMs, row.readAtMs) })
  await omit(db, { key, row, omitted: decision.omitted })
  // Only `cancelOther` fires while one is under way.
  if (decision.fire && isRunOpen)
    await supersedeRunsOf(db, key, 'canceled by the calendar: the next occurrence is due')
  const begun = decision.fire ? await begin(db, { key, row, due: decision.fire, trigger: 'schedule' }) : row
  return { row: { ...begun, pending: decision.pending }, more: decision.more }
}

/**
 * Before a request of the operator is looked at: what was due was promised by what held until then. Of a paused
 * reminder that is only what is too late in any case.
 */
export async function catchUp(
  db: Queryable,
  { key, row, nowMs }: { key: ReminderKey; row: ReminderRow; nowMs: number },
): Promise<ReminderRow> {
  let current = row
  for (let more = true; more;) {
    if (row.state === 'paused') {
      const at = { pending: current.pending, nowMs, limit: occurrencesAtOnce }
      const decision = decideLate(current.definition, at)
      await omit(db, { key, row: current, omitted: decision.omitted })
      current = { ...current, pending: decision.pending }
      more = decision.more
    } else ({ row: current, more } = await fireDue(db, { key, row: current, nowMs }))
  }
  return current
}

/** Occurrences that are not begun leave a row each. */
export async function omit(
  db: Queryable,
  { key, row, omitted }: { key: ReminderKey; row: ReminderRow; omitted: readonly Omission[] },
): Promise<void> {
  const { accountId, digest } = row
  await insertOmitted(db, key, {
    accountId,
    digest,
    priority: row.definition.priority,
    revision: row.revision,
    omitted: omitted.map((one) => ({
      ...one,
      localAt: localText(one.dueAt, row.definition.schedule.zone),
    })),
  })
}

/** Writes the row of a run; the workflow starts what has one. Returns the reminder with that run. */
export async function begin(
  db: Queryable,
  { key, row, due, trigger }: { key: ReminderKey; row: ReminderRow; due: Due; trigger: RunTrigger },
): Promise<ReminderRow> {
  const { definition, accountId } = row
  const sent =
    trigger === 'schedule' ? definitionOfOccurrence(definition, due.occurrence) : withoutStepParts(definition)
  const run = await insertRun(db, key, {
    trigger,
    accountId,
    digest: sent === definition ? row.digest : await saveDefinition(db, sent),
    scheduledAt: due.occurrence,
    dueAt: due.dueAt,
    localAt: localText(due.dueAt, definition.schedule.zone),
    deadline: spellInstant(new Date(Date.parse(due.dueAt) + definition.deliverWithinMs)),
    priority: definition.priority,
    groupConcurrency: definition.groupConcurrency,
    revision: row.revision,
  })
  if (!run) return row
  const runs = [...row.runs, run].toSorted((a, b) => Date.parse(a.scheduledAt) - Date.parse(b.scheduledAt))
  return { ...row, runs }
}

/** Works out the state, ends the reminder where nothing is to come, writes the row and tells how it stands. */
export async function settle(
  db: Queryable,
  { key, row, nowMs, more = false }: { key: ReminderKey; row: ReminderRow; nowMs: number; more?: boolean },
): Promise<Situation> {
  if (row.endedAt) return situationOf({ row, runs: [], nowMs })
  const { runs } = row
  const isOver = runs.length === 0 && !more && (row.ending !== undefined || isNothingPending(row))
  const isPaused = row.state === 'paused' && !row.ending
  const settled: ReminderRow = isOver
    ? await ended(db, { key, row })
    : {
        ...row,
        state: isPaused ? 'paused' : runs.length > 0 ? 'running' : 'scheduled',
        reason: isPaused ? row.reason : (row.ending?.reason ?? null),
      }
  if (!isPaused) delete settled.pausedUntil
  const situation = situationOf({ row: settled, runs, nowMs })
  await updateReminder(db, key, { ...settled, nextFire: situation.nextFire ?? null })
  return situation
}

/** How it stands, without a change. */
export function look({ row, nowMs }: { row: ReminderRow; nowMs: number }): Situation {
  return situationOf({ row, runs: row.endedAt ? [] : row.runs, nowMs })
}

function isNothingPending({ definition, pending }: ReminderRow): boolean {
  return nextPending(definition, pending) === undefined && pending.buffered === undefined
}

async function ended(
  db: Queryable,
  { key, row }: { key: ReminderKey; row: ReminderRow },
): Promise<ReminderRow> {
  const { begun, missed, latest } = await runHistory(db, key)
  const isCompletedAfterAll = isNothingPending(row) && latest?.state === 'completed'
  let state: ReminderState = begun === 0 && missed > 0 ? 'missed' : 'completed'
  let reason = state === 'missed' ? (latest?.reason ?? null) : null
  if (row.ending && !isCompletedAfterAll) {
    state = 'canceled'
    reason = row.ending.reason
  }
  const { ending: _ending, pausedUntil: _pausedUntil, ...rest } = row
  const endedAt = new Date(row.readAtMs)
  return {
    ...rest,
    state,
    reason,
    pending: row.pending.cursor === undefined ? {} : { cursor: row.pending.cursor },
    endedAt,
    deletedAt: row.ending?.kind === 'delete' ? endedAt : row.deletedAt,
  }
}

/** The definition that `fireNow` of a sequence sends: its parts where a step has none of its own. */
function withoutStepParts(definition: ReminderRow['definition']): ReminderRow['definition'] {
  const { stepParts, ...rest } = definition
  return stepParts === undefined ? definition : rest
}
