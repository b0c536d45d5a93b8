import { currentUpdateInfo, uuid4, workflowInfo } from '@temporalio/workflow'
import type { Answered, RecordedRequest, Situation } from '../../protocol/payloads.js'
import type { ReminderKey } from '../../protocol/workflows.js'
import { isFinalReminder } from '../../domain/states.js'
import type {
  DefineAnswer,
  DefineRequest,
  EditAnswer,
  EditRequest,
  OperatorRequest,
  PauseRequest,
  SkipAnswer,
  SkipRequest,
  SnoozeAnswer,
  SnoozeRequest,
} from '../../protocol/messages.js'
import { refusal, refusalIn, unknownReminder } from '../../protocol/refusals.js'
import { nowText } from '../clock.js'
import { describeRequest, recordedRequest } from '../operator-request.js'
import { reminders } from '../proxies.js'
import type { FollowedRuns } from './runs.js'
import type { KnownSituation } from './situation.js'

export type ReminderOperations = {
  define(request: DefineRequest): Promise<DefineAnswer>
  /** A `define` is under way: it may bring what is not known. */
  readonly isDefining: boolean

  // Answered, or refused.
  edit(request: EditRequest): Promise<EditAnswer>
  snooze(request: SnoozeRequest): Promise<SnoozeAnswer>
  skipNext(request: SkipRequest): Promise<SkipAnswer>

  // Nobody waits for an answer: where the reminder is over, or was never there, nothing is done.
  fireNow(request: OperatorRequest): Promise<void>
  pause(request: PauseRequest): Promise<void>
  resume(request: OperatorRequest): Promise<void>
  end(action: 'cancel' | 'delete', request: OperatorRequest): Promise<void>
  noteMerged(merged: { id: string; count: number }): Promise<void>
}

type Common = ReminderKey & { request: RecordedRequest; now: string }
type Changed = { situation: Situation }

/**
 * The operations on a reminder. Each is one transaction, of its runs' rows too: it is done when that is
 * committed, whatever the runs' workflows make of it.
 */
export function reminderOperations(
  key: ReminderKey,
  { situation, runs }: { situation: KnownSituation; runs: Pick<FollowedRuns, 'tell'> },
): ReminderOperations {
  let defining = 0

  async function define({ digest, by, requestId }: DefineRequest): Promise<DefineAnswer> {
    defining += 1
    try {
      const since = workflowInfo().startTime.toISOString()
      const taken = await reminders.takeKey({
        ...key,
        digest,
        since,
        now: nowText(),
        // Its own id tells that it was sent by hand.
        request: recordedRequest({ requestId: requestId ?? '', ...(by !== undefined && { by }) }),
      })
      situation.take(taken.situation)
      return taken.answer
    } finally {
      defining -= 1
    }
  }

  async function answered<A>(
    request: OperatorRequest,
    operate: (common: Common) => Promise<Answered<A>>,
  ): Promise<A> {
    if (!(await situation.orNone())) throw refusal('UnknownReminder', unknownReminder(key.dedupeKey))
    try {
      const done = await operate(common(request, currentUpdateInfo()?.id))
      situation.take(done.situation)
      return done.answer
    } catch (error) {
      throw refusalIn(error) ?? error
    }
  }

  async function ifAlive(act: () => Promise<void>): Promise<void> {
    const known = await situation.orNone()
    if (known && !isFinalReminder(known.state)) await act()
  }

  /** The rows of its runs may be changed with it. */
  async function withItsRuns(operate: () => Promise<Changed>): Promise<void> {
    await ifAlive(async () => {
      situation.take((await operate()).situation)
      await runs.tell()
    })
  }

  function common(request: OperatorRequest, updateId?: string): Common {
    const requestId = request.requestId ?? updateId ?? uuid4()
    return { ...key, request: recordedRequest({ ...request, requestId }), now: nowText() }
  }

  return {
    define,
    get isDefining() {
      return defining > 0
    },
    edit: ({ digest, ifDigest, ...request }) =>
      answered(request, (asked) =>
        reminders.editReminder({ ...asked, digest, ...(ifDigest !== undefined && { ifDigest }) }),
      ),
    snooze: ({ until, occurrence, ...request }) =>
      answered(request, (asked) =>
        reminders.snoozeReminder({ ...asked, until, ...(occurrence !== undefined && { occurrence }) }),
      ),
    skipNext: ({ occurrence, ...request }) =>
      answered(request, (asked) =>
        reminders.skipNext({ ...asked, ...(occurrence !== undefined && { occurrence }) }),
      ),
    fireNow: (request) =>
      ifAlive(async () => {
        situation.take((await reminders.fireNow(common(request))).situation)
      }),
    pause: ({ until, ...request }) =>
      withItsRuns(() => {
        const because = describeRequest('pausedBy', request)
        return reminders.pauseReminder({
          ...common(request),
          because,
          ...(until !== undefined && { until }),
        })
      }),
    resume: (request) => withItsRuns(() => reminders.resumeReminder(common(request))),
    end: (action, request) =>
      withItsRuns(() => {
        const because = describeRequest('canceledBy', request)
        return reminders.endReminder({ ...common(request), action, because })
      }),
    noteMerged: ({ id, count }) => ifAlive(() => reminders.noteMerged({ ...key, requestId: id, count })),
  }
}
