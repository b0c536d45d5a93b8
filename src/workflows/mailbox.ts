import {
  allHandlersFinished,
  CancellationScope,
  condition,
  log,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { IdentifiedRequest, OperatorRequest, PauseRequest } from '../protocol/messages.js'

/** A request that came as a signal and is not acted on yet. */
export type Mail = { signal: string; request: PauseRequest }

/** Crosses continue-as-new. `merged`: how many requests of a batch were not acted on themselves. */
export type CarriedMail = (Mail | { merged: number; id: string })[]

export type Mailbox = {
  /** Before the first await, for each signal. */
  on(signal: string, act: (request: never) => Promise<void>): void
  put(mail: Mail): void
  /** Nothing waits and nothing is being done; handlers of updates have ended too. */
  untilQuiet(): Promise<void>
  isQuiet(): boolean
  /** Lets what is being done end and takes no more, for continue-as-new. */
  stop(): Promise<void>
  goOn(): void
  /** The mail that waits; empty where none does. */
  carried(): { mail?: CarriedMail }
}

// More than an operator, or a program of his, ever sends at once: beyond it only the last of each kind is acted on.
const maxOfBatch = 20

/**
 * All signals of a task decide what is merged, and a task that Temporal has given up comes again with more of them. So
 * nothing is begun on that decision before the task is completed, which a timer waits for: a local activity would
 * run at once, and the SDK (core 1.24) takes it for the one that has its number in the next try, whatever that is.
 */
const mergedForGoodMs = 10

/**
 * Signals come as fast as somebody sends them, in thousands with one task; a handler that waited for an activity of its
 * own would let all of them be under way at once. So a handler only puts its request in here, and they are acted on one
 * after the other. Of too many in one task the last of each kind counts, and the rest are a number: a task that has many
 * to act on lasts long, and Temporal gives up a task while which a hundred more signals come. See docs/decisions/0023.
 *
 * Merging depends on the signals that came with one task and on nothing else. Whether an activity ended before or after
 * them may differ in a replay, so mail that waits from before is left as it is.
 *
 * @param noteMerged writes down how many requests were not acted on themselves
 */
export function openMailbox(
  carried: CarriedMail | undefined,
  noteMerged: (merged: { count: number; id: string }) => Promise<void>,
): Mailbox {
  const acts = new Map<string, (request: never) => Promise<void>>()
  const waiting: CarriedMail = [...(carried ?? [])]
  let batch: Mail[] = []
  let received = 0
  // The same for a signal in each try at a task, and in each replay: a random one would be that of another signal.
  const idOfLast = () => `${workflowInfo().runId}:${received}`
  let isActing = false
  let isStopped = false

  async function serve(): Promise<void> {
    if (isActing) return
    isActing = true
    try {
      while (!isStopped) {
        const next = waiting.shift()
        if (next === undefined) return
        if ('signal' in next) await acts.get(next.signal)?.(next.request as never)
        else {
          await CancellationScope.nonCancellable(() =>
            sleep(mergedForGoodMs, { summary: 'signals are merged' }),
          )
          log.warn('signals merged: they came faster than they could be acted on', { count: next.merged })
          await noteMerged({ count: next.merged, id: next.id })
        }
      }
    } finally {
      isActing = false
    }
  }

  /** All of a task's signals have been put in when this runs. */
  async function takeBatch(): Promise<void> {
    const kept = batch.length > maxOfBatch ? lastOfEachKind(batch) : batch
    if (kept.length < batch.length)
      waiting.push({ merged: batch.length - kept.length, id: `merged:${idOfLast()}` })
    waiting.push(...kept)
    batch = []
    await serve()
  }

  const isEmpty = () => waiting.length === 0 && batch.length === 0
  const box: Mailbox = {
    on(signal, act) {
      acts.set(signal, act)
    },
    put(mail) {
      // A failure in there fails this workflow's task, as it would in a handler.
      if (batch.length === 0) void Promise.resolve().then(takeBatch)
      received += 1
      batch.push({ ...mail, request: { requestId: idOfLast(), ...mail.request } })
    },
    isQuiet: () => !isActing && isEmpty() && allHandlersFinished(),
    async untilQuiet() {
      await condition(() => box.isQuiet())
    },
    async stop() {
      isStopped = true
      await condition(() => !isActing && batch.length === 0 && allHandlersFinished())
    },
    goOn() {
      isStopped = false
      void serve()
    },
    carried: () => (waiting.length === 0 ? {} : { mail: [...waiting] }),
  }
  return box
}

// A pause and a resume are one kind: the later one overrules the earlier one.
const kinds: Record<string, string> = { resume: 'pause', resumeAccount: 'pauseAccount' }

/** The last of each kind, in the order in which they came. */
function lastOfEachKind(batch: Mail[]): Mail[] {
  const last = new Map(batch.map((mail) => [kinds[mail.signal] ?? mail.signal, mail]))
  const kept = new Set(last.values())
  return batch.filter((mail) => kept.has(mail))
}

export type Act<Request extends OperatorRequest = OperatorRequest> = (
  request: Request & IdentifiedRequest,
) => Promise<void>
