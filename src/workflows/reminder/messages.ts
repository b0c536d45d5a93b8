import {
  CancellationScope,
  condition,
  currentUpdateInfo,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow'
import type { RecordedRequest, Situation } from '../../protocol/payloads.js'
import { isFinalReminder } from '../../domain/states.js'
import {
  defineReminderUpdate,
  deleteSignal,
  editReminderUpdate,
  fireNowSignal,
  skipNextUpdate,
  snoozeReminderUpdate,
  statusQuery,
  upcomingQuery,
  type OperatorRequest,
  type PauseRequest,
  type SkipRequest,
} from '../../protocol/messages.js'
import { unknownReminder } from '../../protocol/refusals.js'
import { openMailbox, type CarriedMail, type Mailbox } from '../mailbox.js'
import { describeRequest, recordedRequest } from '../operator-request.js'
import { onOperatorSignals, onSignal } from '../operator-signals.js'
import { reminders } from '../proxies.js'
import { refusal, refusalIn } from '../../protocol/refusals.js'
import { isPaused, nowText, type Life } from './life.js'
import { checkDefine, checkEdit, checkSkip, checkSnooze } from './requests.js'
import { reminderStatus } from './status.js'
import { tellRuns } from './runs.js'

/**
 * All that a reminder hears. Each request is one transaction, of its runs' rows too, in the order of the signals: it is
 * done when that is committed, whatever the runs' workflows make of it. Call it before the first await.
 */
export function handleReminderMessages(life: Life, mail: CarriedMail | undefined): Mailbox {
  const mailbox = openMailbox(mail, ({ id, count }) =>
    ifAlive(() => reminders.noteMerged({ ...life.key, requestId: id, count })),
  )
  setHandler(statusQuery, () => reminderStatus(life))
  setHandler(upcomingQuery, () => (life.isKnown() && !isPaused(life) ? life.situation().upcoming : []))
  setHandler(defineReminderUpdate, ({ digest }) => shielded(() => define(digest)), { validator: checkDefine })
  setHandler(
    editReminderUpdate,
    ({ digest, ...request }) =>
      shielded(() => answered(request, (common) => reminders.editReminder({ ...common, digest }))),
    { validator: checkEdit },
  )
  setHandler(
    snoozeReminderUpdate,
    ({ until, ...request }) =>
      shielded(() => answered(request, (common) => reminders.snoozeReminder({ ...common, until }))),
    { validator: checkSnooze },
  )
  setHandler(
    skipNextUpdate,
    // From Temporal's own tools it may come without a payload.
    (payload?: SkipRequest) => {
      const { occurrence, ...request } = payload ?? {}
      const which = occurrence === undefined ? {} : { occurrence }
      return shielded(() => answered(request, (common) => reminders.skipNext({ ...common, ...which })))
    },
    { validator: checkSkip },
  )
  onOperatorSignals(mailbox, { pause, resume, cancel: (request) => end('cancel', request) })
  onSignal(mailbox, deleteSignal, (request) => end('delete', request))
  onSignal(mailbox, fireNowSignal, (request) =>
    ifAlive(async () => {
      life.take((await reminders.fireNow(recorded(request))).situation)
    }),
  )

  mailbox.goOn()
  return mailbox

  async function define(digest: string) {
    life.defining += 1
    try {
      const since = workflowInfo().startTime.toISOString()
      const { answer, situation } = await reminders.defineReminder({
        ...life.key,
        digest,
        since,
        now: nowText(),
      })
      life.take(situation)
      return answer
    } finally {
      life.defining -= 1
    }
  }

  async function answered<A>(
    request: OperatorRequest,
    operate: (common: ReturnType<typeof recorded>) => Promise<{ answer: A; situation: Situation }>,
  ): Promise<A> {
    await known()
    try {
      const { answer, situation } = await operate(recorded(request, currentUpdateInfo()?.id))
      life.take(situation)
      return answer
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }

  async function pause({ until, ...request }: PauseRequest): Promise<void> {
    await ifAlive(async () => {
      const because = describeRequest('paused', request)
      const asked = { ...recorded(request), because, ...(until !== undefined && { until }) }
      life.take((await reminders.pauseReminder(asked)).situation)
      await tellRuns(life)
    })
  }

  async function resume(request: OperatorRequest): Promise<void> {
    await ifAlive(async () => {
      life.take((await reminders.resumeReminder(recorded(request))).situation)
      await tellRuns(life)
    })
  }

  async function end(action: 'cancel' | 'delete', request: OperatorRequest): Promise<void> {
    await ifAlive(async () => {
      const because = describeRequest('canceled', request)
      life.take((await reminders.endReminder({ ...recorded(request), action, because })).situation)
      await tellRuns(life)
    })
  }

  /** Waits until it is known what there is to operate on. */
  async function known(): Promise<void> {
    await condition(() => life.isKnown() || life.isUnknown)
    if (life.isUnknown) throw refusal('UnknownReminder', unknownReminder(life.key.dedupeKey))
  }

  async function ifAlive(act: () => Promise<void>): Promise<void> {
    await condition(() => life.isKnown() || life.isUnknown)
    if (life.isUnknown || isFinalReminder(life.situation().state)) return
    await act()
  }

  function recorded(
    request: OperatorRequest,
    updateId?: string,
  ): typeof life.key & { request: RecordedRequest; now: string } {
    const requestId = request.requestId ?? updateId ?? uuid4()
    return { ...life.key, request: recordedRequest({ ...request, requestId }), now: nowText() }
  }
}

/** Temporal's own cancellation takes none of it back. */
async function shielded<T>(work: () => Promise<T>): Promise<T> {
  return await CancellationScope.nonCancellable(work)
}
