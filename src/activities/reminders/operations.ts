import type { PoolClient } from 'pg'
import { beforeAll, isOccurrence, occurrencesBetween } from '../../domain/calendar/occurrences.js'
import { cursorFor, upcoming, type Due } from '../../domain/firing.js'
import { accountGoneAdvice } from '../../domain/leaving-account.js'
import { canonicalJson } from '../../domain/definition.js'
import { reminderWorkflowId } from '../../domain/ids.js'
import { wayOf } from '../../domain/ways.js'
import { spellInstant } from '../../domain/zone.js'
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

    /** @throws ApplicationFailure `NothingToCome`, `TooEarly` or `AlreadySnoozed`, not retryable */
    async snoozeReminder(asked: Request & { until: string }): Promise<Answered<SnoozeAnswer>> {
      return await operate('snooze', asked, async ({ client, key, row: found, nowMs }) => {
        if (found.ending) throw endingError(key)
        const row = await catchUp(client, { key, row: found, nowMs })
        const next = nextOf(row, { key, nowMs })
        const until = spellInstant(new Date(asked.until))
        const earliestMs = Math.max(nowMs, Date.parse(next.occurrence))
        if (Date.parse(until) <= earliestMs)
          throw fieldRefusal('TooEarly', {
            field: 'until',
            got: until,
            expected: say('timeAfterOccurrence', { at: next.occurrence }),
          })
        const { snoozed } = row.pending
        if (snoozed && snoozed.from !== next.occurrence)
          throw refusal('AlreadySnoozed', say('snoozedAlready', { from: snoozed.from, to: snoozed.to }))
        const pending = { ...withoutOccurrence(row, next), snoozed: { from: next.occurrence, to: until } }
        return {
          row: { ...row, pending },
          answer: { occurrence: next.occurrence, nextFire: until },
        }
      })
    },

    /** @throws ApplicationFailure `NothingToCome` or `NotNext`, not retryable */
    async skipNext(asked: Request & { occurrence?: string }): Promise<Answered<SkipAnswer>> {
      const done = await operate<SkipAnswer>(
        'skipNext',
        asked,
        async ({ client, key, row: found, nowMs }) => {
          if (found.ending) throw endingError(key)
          const row = await catchUp(client, { key, row: found, nowMs })
          const { occurrence } = asked
          if (occurrence !== undefined && isDealtWith(row, occurrence))
            return { row, answer: { kind: 'already', occurrence } }
          const next = nextOf(row, { key, nowMs })
          if (occurrence !== undefined && Date.parse(occurrence) !== Date.parse(next.occurrence))
            throw refusal('NotNext', say('notNext', { next: next.occurrence, asked: occurrence }))
          const reason = skippedReason(asked.request)
          await skip(client, { key, row, occurrences: [next.occurrence], reason })
          return {
            row: { ...row, pending: withoutOccurrence(row, next) },
            answer: { kind: 'skipped', occurrence: next.occurrence },
          }
        },
      )
      const { nextFire } = done.situation
      return { ...done, answer: { ...done.answer, ...(nextFire !== undefined && { nextFire }) } }
    },
  }
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

/** Takes what fires next out of what is pending, be it the snoozed one or the calendar's. */
function withoutOccurrence({ pending }: ReminderRow, next: Due): ReminderRow['pending'] {
  const { snoozed, ...rest } = pending
  if (snoozed?.from === next.occurrence) return rest
  return { ...pending, cursor: next.occurrence }
}

function isDealtWith({ pending }: ReminderRow, occurrence: string): boolean {
  const { cursor, snoozed } = pending
  if (cursor === undefined || Date.parse(occurrence) > Date.parse(cursor)) return false
  return snoozed === undefined || Date.parse(snoozed.from) !== Date.parse(occurrence)
}

const droppedReason = say('scheduleEdited')

/**
 * The calendar that is newest decides alone: what the one before had put off or held back is recorded as skipped. A
 * recurring one counts from the edit on; a time that is named counts even if it is past, as when it is created.
 */
async function pendingUnderNewCalendar(
  client: PoolClient,
  { key, row, edited, nowMs }: { key: ReminderKey; row: ReminderRow; edited: ReminderRow; nowMs: number },
): Promise<ReminderRow['pending']> {
  const { cursor: before, snoozed, buffered } = row.pending
  // Those of a paused reminder that a resume would have fired.
  const held = occurrencesBetween(row.definition.schedule, {
    from: before ?? beforeAll,
    to: new Date(nowMs).toISOString(),
    limit: Number.MAX_SAFE_INTEGER,
  })
  const isPast = (one: string | undefined) => one !== undefined && Date.parse(one) <= nowMs
  // One that was put off and is still to come is the new calendar's where that has it.
  const isKept = (one: string) => !isPast(one) && isOccurrence(edited.definition.schedule, one)
  const dropped = new Set([snoozed?.from, buffered, ...held].filter((one) => one !== undefined))
  await skip(client, {
    key,
    row,
    occurrences: [...dropped].filter((one) => !isKept(one)),
    reason: droppedReason,
  })
  const droppedBefore = await omittedToCome(client, key, { reason: droppedReason, nowMs })
  await takeBackOmitted(client, key, droppedBefore.filter(isKept))
  const since = cursorFor(edited.definition, new Date(nowMs).toISOString())
  // A skip or a snooze has moved the cursor past what is still to come: that must not hold the new calendar back.
  const dealtWith = isPast(before) || before === undefined ? before : spellInstant(new Date(nowMs))
  const cursor = [dealtWith, held.at(-1), since]
    .filter((one) => one !== undefined)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1)
  return cursor === undefined ? {} : { cursor }
}

async function skip(
  client: PoolClient,
  {
    occurrences,
    reason,
    ...of
  }: { key: ReminderKey; row: ReminderRow; occurrences: string[]; reason: string },
): Promise<void> {
  const omitted = occurrences.map((occurrence) => ({ occurrence, state: 'skipped' as const, reason }))
  await omit(client, { ...of, omitted })
}
