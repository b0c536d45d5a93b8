import type { PoolClient } from 'pg'
import { beforeAll, isOccurrence, occurrencesBetween } from '../../domain/calendar/occurrences.js'
import {
  cursorFor,
  isDealtWith,
  maxMoves,
  upcoming,
  withMoved,
  withoutOccurrence,
  type Due,
  type Move,
} from '../../domain/firing.js'
import { accountGoneAdvice } from '../../domain/accounts/leaving.js'
import { canonicalJson } from '../../domain/definition.js'
import { reminderWorkflowId } from '../../domain/ids.js'
import { wayOf } from '../../domain/ways.js'
import { spellInstant } from '../../domain/hours/zone.js'
import { isRemoved } from '../../store/accounts/unlinking.js'
import { findAuditAnswer, insertAudit, setAuditAnswer } from '../../store/audit.js'
import type { Database } from '../../store/database.js'
import { omittedToCome, takeBackOmitted } from '../../store/reminders/reminder-runs.js'
import { cancelRunsOf, pauseRunsOf, resumeRunsOf } from '../../store/runs/run-holds.js'
import type { ReminderKey, ReminderRow } from '../../store/reminders/reminders.js'
import type { EditAnswer, SkipAnswer, SnoozeAnswer } from '../../protocol/messages.js'
import { fieldRefusal, refusal } from '../../protocol/refusals.js'
import { checkedDefinition } from './checked-definition.js'
import { clock, withReminder } from './row.js'
import { begin, catchUp, look, omit, settle } from './situation.js'
import type { Answered, RecordedRequest } from '../../protocol/payloads.js'
import { say } from '../../domain/sentences/say.js'

/** The operations on a reminder: each writes its effect and its record in one transaction, once for each request. */

type Request = ReminderKey & { request: RecordedRequest; now: string }
type FireAnswer = { kind: 'fired' | 'already'; scheduledAt: string }
type Changed<A> = { row: ReminderRow; answer: A }

export function createReminderOperations({ database }: { database: Database }) {
  /**
   * @param work what the request changes; not called where it was done before, which is answered as it was then, nor
   *   where the reminder is over
   */
  async function operate<A>(
    action: string,
    { request, now, ...rest }: Request,
    work: (context: {
      client: PoolClient
      key: ReminderKey
      row: ReminderRow
      nowMs: number
    }) => Promise<Changed<A>>,
  ): Promise<Answered<A>> {
    const key: ReminderKey = { operator: rest.operator, dedupeKey: rest.dedupeKey }
    const nowMs = clock({ now })
    const subject = reminderWorkflowId(key.operator, key.dedupeKey)
    const requestId = `${subject}#${request.requestId}`
    return await withReminder(database, key, async (client, row) => {
      const isNew = await insertAudit(client, {
        operator: key.operator,
        subject,
        action,
        actor: request.by ?? null,
        reason: request.reason ?? null,
        requestId,
        via: wayOf(request.requestId),
      })
      if (!isNew)
        return {
          answer: (await findAuditAnswer(client, requestId)) as A,
          situation: look({ row, nowMs }),
        }
      if (row.endedAt)
        throw refusal(
          'ReminderEnded',
          say('reminderIsOver', { key: key.dedupeKey, state: row.state, what: action }),
        )
      const changed = await work({ client, key, row, nowMs })
      const situation = await settle(client, { key, row: changed.row, nowMs })
      await setAuditAnswer(client, requestId, changed.answer ?? null)
      return { answer: changed.answer, situation }
    })
  }

  return {
    /** How many requests came too fast to be acted on, or written down, themselves. */
    async noteMerged({
      requestId,
      count,
      ...key
    }: ReminderKey & { requestId: string; count: number }): Promise<void> {
      const subject = reminderWorkflowId(key.operator, key.dedupeKey)
      await insertAudit(database, {
        operator: key.operator,
        subject,
        action: 'merged',
        actor: null,
        reason: say('tooManyRequests', { count }),
        requestId: `${subject}#${requestId}`,
        via: 'system',
      })
    },

    /**
     * The reminder and its runs under way: from the commit on nothing of them is sent. A pause whose end is past is
     * recorded and changes nothing.
     */
    async pauseReminder(asked: Request & { because: string; until?: string }): Promise<Answered<null>> {
      return await operate('pause', asked, async ({ client, key, row, nowMs }) => {
        const { until } = asked
        const { pausedUntil: _until, ...rest } = row
        if (row.ending || (until !== undefined && Date.parse(until) <= nowMs)) return { row, answer: null }
        await pauseRunsOf(client, key, asked.because)
        return {
          row: {
            ...rest,
            state: 'paused',
            reason: asked.because,
            ...(until !== undefined && { pausedUntil: until }),
          },
          answer: null,
        }
      })
    },

    async resumeReminder(asked: Request): Promise<Answered<null>> {
      return await operate('resume', asked, async ({ client, key, row, nowMs }) => {
        if (row.state !== 'paused') return { row, answer: null }
        await requireAccount(client, row)
        await resumeRunsOf(client, key)
        const resumed: ReminderRow = { ...row, state: 'scheduled', reason: null }
        return { row: await catchUp(client, { key, row: resumed, nowMs }), answer: null }
      })
    },

    /** Nothing fires and nothing is sent from the commit on; it is over as soon as no run is under way. */
    async endReminder(
      asked: Request & { action: 'cancel' | 'delete'; because: string },
    ): Promise<Answered<null>> {
      return await operate(asked.action, asked, async ({ client, key, row }) => {
        await cancelRunsOf(client, key, row.ending?.reason ?? asked.because)
        const kind = row.ending?.kind === 'delete' ? 'delete' : asked.action
        return {
          row: { ...row, ending: { kind, reason: row.ending?.reason ?? asked.because } },
          answer: null,
        }
      })
    },

    /** A run of its own, now; while one of this kind is under way another is taken for a repetition. */
    async fireNow(asked: Request): Promise<Answered<FireAnswer>> {
      return await operate<FireAnswer>('fireNow', asked, async ({ client, key, row, nowMs }) => {
        const open = row.runs.find(({ trigger }) => trigger === 'fireNow')
        if (open) return { row, answer: { kind: 'already', scheduledAt: open.scheduledAt } }
        if (row.ending) throw endingError(key)
        await requireAccount(client, row)
        // Never a whole second, so that its run has another id than that of any occurrence.
        const at = new Date(nowMs % 1_000 === 0 ? nowMs + 1 : nowMs).toISOString()
        const due = { occurrence: at, dueAt: at }
        const fired = await begin(client, { key, row, due, trigger: 'fireNow' })
        return { row: fired, answer: { kind: 'fired', scheduledAt: at } }
      })
    },

    /** @throws ApplicationFailure as `takeKey` does, and `DefinitionChanged`, not retryable */
    async editReminder(
      asked: Request & { digest: string; ifDigest?: string },
    ): Promise<Answered<EditAnswer>> {
      const { digest, ifDigest } = asked
      const definition = await checkedDefinition(database, { operator: asked.operator, digest })
      const done = await operate('edit', asked, async ({ client, key, row: found, nowMs }) => {
        if (found.ending) throw endingError(key)
        if (ifDigest !== undefined && found.digest !== ifDigest)
          throw refusal(
            'DefinitionChanged',
            say('definitionChanged', { key: key.dedupeKey, has: found.digest, not: ifDigest }),
          )
        if (found.digest === digest) return { row: found, answer: 'unchanged' as const }
        // The definition before the edit promised what was due before it.
        const row = await catchUp(client, { key, row: found, nowMs })
        const edited: ReminderRow = {
          ...row,
          digest,
          definition,
          accountId: definition.account,
          revision: row.revision + 1,
        }
        if (canonicalJson(row.definition.schedule) !== canonicalJson(definition.schedule))
          edited.pending = await pendingUnderNewCalendar(client, { key, row, edited, nowMs })
        return { row: edited, answer: 'edited' as const }
      })
      const { state, nextFire } = done.situation
      return {
        situation: done.situation,
        answer: { kind: done.answer, state, ...(nextFire !== undefined && { nextFire }) },
      }
    },

    /** @throws ApplicationFailure `NothingToCome`, `NoOccurrence`, `TooEarly` or `TooManyMoved`, not retryable */
    async snoozeReminder(
      asked: Request & { until: string; occurrence?: string },
    ): Promise<Answered<SnoozeAnswer>> {
      return await operate('snooze', asked, async ({ client, key, row: found, nowMs }) => {
        if (found.ending) throw endingError(key)
        const row = await catchUp(client, { key, row: found, nowMs })
        const until = spellInstant(new Date(asked.until))
        if (Date.parse(until) <= nowMs)
          throw fieldRefusal('TooEarly', {
            field: 'until',
            got: until,
            expected: say('timeAfterNow', { at: spellInstant(new Date(nowMs)) }),
          })
        const occurrence = await occurrenceToMove(client, { key, row, asked, nowMs })
        const pending = withMoved(row.pending, { from: occurrence, to: until })
        if ((pending.moved?.length ?? 0) > maxMoves) throw tooManyMoved(key)
        return { row: { ...row, pending }, answer: { occurrence, nextFire: until } }
      })
    },

    /** @throws ApplicationFailure `NothingToCome`, `NoOccurrence` or `TooManyMoved`, not retryable */
    async skipNext(asked: Request & { occurrence?: string }): Promise<Answered<SkipAnswer>> {
      const done = await operate<SkipAnswer>(
        'skipNext',
        asked,
        async ({ client, key, row: found, nowMs }) => {
          if (found.ending) throw endingError(key)
          const row = await catchUp(client, { key, row: found, nowMs })
          const named = asked.occurrence === undefined ? undefined : spellInstant(new Date(asked.occurrence))
          if (named !== undefined && isDealtWith(row.pending, named))
            return { row, answer: { kind: 'already', occurrence: named } }
          const occurrence = named ?? nextOf(row, { key, nowMs }).occurrence
          requireOccurrence(row, { key, occurrence })
          const pending = withoutOccurrence(row.pending, occurrence)
          if ((pending.moved?.length ?? 0) > maxMoves) throw tooManyMoved(key)
          const reason = skippedReason(asked.request)
          await skip(client, { key, row, occurrences: [occurrence], reason })
          return { row: { ...row, pending }, answer: { kind: 'skipped', occurrence } }
        },
      )
      const { nextFire } = done.situation
      return { ...done, answer: { ...done.answer, ...(nextFire !== undefined && { nextFire }) } }
    },
  }
}

/**
 * The next one, or the named one: to come, put off, or left out by an operator, which is taken back.
 * @throws ApplicationFailure `NothingToCome` or `NoOccurrence`, not retryable
 */
async function occurrenceToMove(
  client: PoolClient,
  {
    key,
    row,
    asked,
    nowMs,
  }: { key: ReminderKey; row: ReminderRow; asked: { occurrence?: string }; nowMs: number },
): Promise<string> {
  if (asked.occurrence === undefined) return nextOf(row, { key, nowMs }).occurrence
  const occurrence = spellInstant(new Date(asked.occurrence))
  const isLeftOut = row.pending.moved?.some(({ from, to }) => from === occurrence && to === undefined)
  if (isLeftOut === true) {
    if ((await takeBackOmitted(client, key, [occurrence])) === 0)
      throw refusal('NoOccurrence', say('occurrenceBegun', { at: occurrence }))
    return occurrence
  }
  if (isDealtWith(row.pending, occurrence))
    throw refusal('NoOccurrence', say('occurrenceOver', { at: occurrence }))
  requireOccurrence(row, { key, occurrence })
  return occurrence
}

/** @throws ApplicationFailure `NoOccurrence`, not retryable */
function requireOccurrence(
  { definition, pending }: ReminderRow,
  { key, occurrence }: { key: ReminderKey; occurrence: string },
): void {
  const isMoved = pending.moved?.some(({ from }) => from === occurrence)
  if (isMoved === true || isOccurrence(definition.schedule, occurrence)) return
  throw refusal('NoOccurrence', say('noOccurrenceAt', { key: key.dedupeKey, at: occurrence }))
}

function tooManyMoved({ dedupeKey }: ReminderKey): Error {
  return refusal('TooManyMoved', say('tooManyMoved', { key: dedupeKey, most: maxMoves }))
}

/** @throws ApplicationFailure `UnknownAccount`, not retryable */
async function requireAccount(client: PoolClient, { accountId }: ReminderRow): Promise<void> {
  if (await isRemoved(client, accountId)) throw refusal('UnknownAccount', accountGoneAdvice(accountId))
}

function endingError({ dedupeKey }: ReminderKey): Error {
  return refusal('ReminderEnded', say('reminderBeingCanceled', { key: dedupeKey }))
}

function skippedReason({ reason }: RecordedRequest): string {
  return say('skippedByOperator', { reason })
}

function nextOf(row: ReminderRow, { key, nowMs }: { key: ReminderKey; nowMs: number }): Due {
  const [next] = upcoming(row.definition, { pending: row.pending, nowMs, limit: 1 })
  if (next) return next
  throw refusal('NothingToCome', say('nothingMoreToCome', { key: key.dedupeKey }))
}

const droppedReason = say('scheduleEdited')

/**
 * The calendar that is newest decides: what the one before held back is recorded as skipped, and so is what was moved
 * and is none of its occurrences. A recurring one counts from the edit on; a time that is named counts even if it is
 * past, as when it is created.
 */
async function pendingUnderNewCalendar(
  client: PoolClient,
  { key, row, edited, nowMs }: { key: ReminderKey; row: ReminderRow; edited: ReminderRow; nowMs: number },
): Promise<ReminderRow['pending']> {
  const { cursor: before, moved = [], buffered } = row.pending
  const isPast = (one: string) => Date.parse(one) <= nowMs
  // Those of a paused reminder that a resume would have fired.
  const held = occurrencesBetween(row.definition.schedule, {
    from: before ?? beforeAll,
    to: new Date(nowMs).toISOString(),
    limit: Number.MAX_SAFE_INTEGER,
  }).filter((one) => !moved.some(({ from }) => from === one))
  const isHeld = ({ from, to }: Move) => from === buffered || (to !== undefined && isPast(to))
  const isNewOne = (one: string) => isOccurrence(edited.definition.schedule, one)
  const staying = moved.filter(
    (move) => !isHeld(move) && (move.to === undefined ? !isPast(move.from) : isNewOne(move.from)),
  )
  const gone = moved.filter((move) => move.to !== undefined && !staying.includes(move))
  // One that was moved and is still to come is at its own time again where the new calendar has it.
  const isKept = (one: string) => !isPast(one) && isNewOne(one)
  const dropped = new Set([
    ...gone.map(({ from }) => from),
    ...(buffered === undefined ? [] : [buffered]),
    ...held,
  ])
  await skip(client, {
    key,
    row,
    occurrences: [...dropped].filter((one) => !isKept(one)),
    reason: droppedReason,
  })
  const droppedBefore = await omittedToCome(client, key, { reason: droppedReason, nowMs })
  await takeBackOmitted(client, key, droppedBefore.filter(isKept))
  const since = cursorFor(edited.definition, new Date(nowMs).toISOString())
  // A skip of version 0.2.0 has moved the cursor past what is still to come: that must not hold the new calendar back.
  const dealtWith = before === undefined || isPast(before) ? before : spellInstant(new Date(nowMs))
  const cursor = [dealtWith, held.at(-1), since]
    .filter((one) => one !== undefined)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
  return {
    ...(cursor !== undefined && { cursor }),
    ...(staying.length > 0 && { moved: staying }),
  }
}

async function skip(
  client: PoolClient,
  {
    occurrences,
    reason,
    ...of
  }: { key: ReminderKey; row: ReminderRow; occurrences: string[]; reason: string },
): Promise<void> {
  const omitted = occurrences.map((occurrence) => ({
    occurrence,
    dueAt: occurrence,
    state: 'skipped' as const,
    reason,
  }))
  await omit(client, { ...of, omitted })
}
