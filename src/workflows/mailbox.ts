import { allHandlersFinished, condition, log } from '@temporalio/workflow'
import type { OperatorRequest, PauseRequest } from './messages.js'

/** A request that came as a signal and is not acted on yet. */
export type Mail = { signal: string; request: PauseRequest }

/** What crosses continue-as-new: `merged` is how many a batch had that were not acted on themselves. */
export type CarriedMail = (Mail | { merged: number })[]

export type Mailbox = {
  /** Before the first await, for each signal. */
  on(signal: string, act: (request: never) => Promise<void>): void
  put(mail: Mail): void
  /** Nothing waits and nothing is being done; handlers of updates have ended too. */
  untilQuiet(): Promise<void>
  isQuiet(): boolean
  /** Lets what is being done end and takes no more, for continue-as-new. */
  hold(): Promise<void>
  goOn(): void
  /** What waits; nothing where nothing does. */
  carried(): { mail?: CarriedMail }
}

// More than an operator, or a program of his, ever sends at once: beyond it a later request takes the place of others.
const maxOfBatch = 20

/**
 * Signals come as fast as somebody sends them, in thousands with one task; a handler that waited for an activity of its
 * own would let all of them be under way at once. So a handler only puts its request in here, and they are acted on one
 * after the other. Of too many in one task the last one counts, and the rest are a number. See docs/decisions/0023.
 *
 * What is merged depends on what came together with one task and on nothing else: whether an activity ended before or
 * after them is another thing in a replay, so what waits from before is left as it is.
 *
 * @param noteMerged writes down how many requests were not acted on themselves
 */
export function openMailbox(
  carried: CarriedMail | undefined,
  noteMerged: (count: number) => Promise<void>,
): Mailbox {
  const acts = new Map<string, (request: never) => Promise<void>>()
  const waiting: CarriedMail = [...(carried ?? [])]
  let batch: Mail[] = []
  let merged = 0
  let isActing = false
  let isHeld = false

  async function serve(): Promise<void> {
    if (isActing) return
    isActing = true
    try {
      while (!isHeld) {
        const next = waiting.shift()
        if (next === undefined) return
        if ('signal' in next) await acts.get(next.signal)?.(next.request as never)
        else {
          log.warn('signals merged: they came faster than they could be acted on', { count: next.merged })
          await noteMerged(next.merged)
        }
      }
    } finally {
      isActing = false
    }
  }

  /** All of a task's signals have been put in when this runs. */
  async function takeBatch(): Promise<void> {
    waiting.push(...batch)
    if (merged > 0) waiting.push({ merged })
    batch = []
    merged = 0
    await serve()
  }

  const isEmpty = () => waiting.length === 0 && batch.length === 0
  const box: Mailbox = {
    on(signal, act) {
      acts.set(signal, act)
    },
    put(mail) {
      // What fails in there fails this workflow's task, as it would in a handler.
      if (batch.length === 0) void Promise.resolve().then(takeBatch)
      if (batch.length >= maxOfBatch && takePlaceOf(batch, mail)) merged += 1
      batch.push(mail)
    },
    isQuiet: () => !isActing && isEmpty() && allHandlersFinished(),
    async untilQuiet() {
      await condition(() => box.isQuiet())
    },
    async hold() {
      isHeld = true
      await condition(() => !isActing && batch.length === 0 && allHandlersFinished())
    },
    goOn() {
      isHeld = false
      void serve()
    },
    carried: () => (waiting.length === 0 ? {} : { mail: [...waiting] }),
  }
  return box
}

const opposites: readonly string[] = ['pause', 'resume', 'pauseAccount', 'resumeAccount']

/** Takes out the first that a later one makes of no account; false where there is none. */
function takePlaceOf(waiting: Mail[], mail: Mail): boolean {
  const isOverruled = (one: Mail) =>
    one.signal === mail.signal || (opposites.includes(one.signal) && opposites.includes(mail.signal))
  const place = waiting.findIndex(isOverruled)
  if (place < 0) return false
  waiting.splice(place, 1)
  return true
}

export type Act<Request extends OperatorRequest = OperatorRequest> = (request: Request) => Promise<void>
