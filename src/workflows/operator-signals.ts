import { CancellationScope, log, setHandler, type SignalDefinition } from '@temporalio/workflow'
import type { Act, Mailbox } from './mailbox.js'
import {
  cancelSignal,
  pauseSignal,
  resumeSignal,
  type IdentifiedRequest,
  type OperatorRequest,
  type PauseRequest,
} from '../protocol/messages.js'
import { readOperatorRequest, readPauseRequest } from './operator-request.js'
import { refusalIn } from '../protocol/refusals.js'

/**
 * Handles the operator's signals, and Temporal's own "request cancellation" as the operator's cancel: it must leave
 * nothing without a state. What they do is not cancellable itself. Call it before the first await, in the root scope.
 */
export function onOperatorSignals(
  mailbox: Mailbox,
  acts: { pause: Act<PauseRequest>; resume: Act; cancel: Act },
): void {
  onSignal(mailbox, pauseSignal, acts.pause, readPauseRequest)
  onSignal(mailbox, resumeSignal, acts.resume, readOperatorRequest)
  onSignal(mailbox, cancelSignal, acts.cancel, readOperatorRequest)
  CancellationScope.current()
    .cancelRequested.catch(() => mailbox.put({ signal: cancelSignal.name, request: {} }))
    .catch((error: unknown) => log.error('cancel failed', { error }))
}

/** A payload of another shape is logged and ignored. */
export function onSignal<Request extends OperatorRequest>(
  mailbox: Mailbox,
  signal: SignalDefinition<[Request?]>,
  act: Act<Request>,
  read: (signal: string, payload: unknown) => Request | undefined,
): void {
  const { name } = signal
  mailbox.on(name, (request: Request & IdentifiedRequest) => unlessRefused(name, () => act(request)))
  setHandler(signal, (payload: unknown) => {
    const request = read(name, payload)
    if (request) mailbox.put({ signal: name, request })
  })
}

/**
 * A signal has nobody to answer to: what is refused for good (by Postgres too) is logged, and the workflow goes on as it
 * was. Thrown on, it would end it.
 */
async function unlessRefused(signal: string, act: () => Promise<void>): Promise<void> {
  try {
    await CancellationScope.nonCancellable(act)
  } catch (error) {
    const refused = refusalIn(error)
    if (refused === undefined) throw error
    log.warn('signal refused', { signal, type: refused.type, error })
  }
}
