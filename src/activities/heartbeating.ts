import { ApplicationFailure, Context } from '@temporalio/activity'
import { failureAdvice, failureKinds } from '../domain/failures.js'
import { GatewayFailure } from '../whatsapp/gateway.js'
import { isShutdown, retryable } from './retryable.js'

// How often a waiting delivery looks whether it is still wanted: the bound on how long a pause takes to be obeyed.
const sliceMs = 500

/** Sleeps in slices, heartbeating; as long as it says, whatever the clock of the machine is set to meanwhile. @throws CancelledFailure as soon as the delivery is not wanted any more. */
export async function wait(ms: number): Promise<void> {
  const context = Context.current()
  for (const endMs = performance.now() + ms; performance.now() < endMs;) {
    stopIfUnwanted(context)
    context.heartbeat()
    await context
      .sleep(Math.min(sliceMs, Math.max(1, endMs - performance.now())))
      .catch(() => stopIfUnwanted(context))
  }
}

/** @throws CancelledFailure when the run wants it; a retryable failure when only this process is going away. */
export function stopIfUnwanted({ cancellationSignal }: Context): void {
  if (!cancellationSignal.aborted) return
  const reason: unknown = cancellationSignal.reason
  if (isShutdown(reason))
    throw retryable('ConnectionLost', { why: 'the session is moving to another process' })
  throw reason
}

/** @throws ApplicationFailure where the work throws a GatewayFailure; only one that is final for a target is final. */
export async function whileHeartbeating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current()
  const beat = setInterval(() => context.heartbeat(), sliceMs)
  try {
    return await work()
  } catch (error) {
    if (error instanceof GatewayFailure) {
      if (failureKinds[error.failure] === 'target')
        throw ApplicationFailure.nonRetryable(failureAdvice[error.failure], error.failure)
      throw retryable(error.failure)
    }
    throw error
  } finally {
    clearInterval(beat)
  }
}
