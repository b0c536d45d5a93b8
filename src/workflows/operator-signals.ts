import { CancellationScope, log, setHandler, type SignalDefinition } from '@temporalio/workflow'
import {
  cancelSignal,
  pauseSignal,
  resumeSignal,
  type OperatorRequest,
  type PauseRequest,
} from './messages.js'
import { readOperatorRequest, readPauseRequest } from './operator-request.js'

type Act = (request: OperatorRequest) => Promise<void>

/**
 * Handles the operator's signals, and Temporal's own "request cancellation" as the operator's cancel: it must leave
 * nothing without a state. What they do is not cancellable itself. Call it before the first await, in the root scope.
 */
export function onOperatorSignals(acts: {
  pause: (request: PauseRequest) => Promise<void>
  resume: Act
  cancel: Act
}): void {
  onSignal(pauseSignal, acts.pause, readPauseRequest)
  onSignal(resumeSignal, acts.resume)
  onSignal(cancelSignal, acts.cancel)
  CancellationScope.current()
    .cancelRequested.catch(() => CancellationScope.nonCancellable(() => acts.cancel({})))
    .catch((error: unknown) => log.error('cancel failed', { error }))
}

/** A payload of another shape is logged and ignored. */
export function onSignal<Request extends OperatorRequest>(
  signal: SignalDefinition<[Request?]>,
  act: (request: Request) => Promise<void>,
  read: (signal: string, payload: unknown) => Request | undefined = readOperatorRequest as never,
): void {
  setHandler(signal, async (payload: unknown) => {
    const request = read(signal.name, payload)
    if (request) await CancellationScope.nonCancellable(() => act(request))
  })
}
