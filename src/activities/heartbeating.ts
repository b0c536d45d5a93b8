import { ApplicationFailure, Context } from '@temporalio/activity'
import { failureAdvice, failureKinds } from '../domain/failures.js'
import { pause } from '../pause.js'
import { GatewayFailure } from '../whatsapp/gateway.js'
import { isShutdown, retryable } from './retryable.js'

// How often a waiting delivery looks whether it was told that it is not wanted any more.
const sliceMs = 500

/**
 * A heartbeat costs Temporal about as much as a step of a workflow, and a delivery that waits for its turn is no less alive
 * for saying so seldom. Its answer tells of a cancellation: a delivery that waits lets go within this time.
 */
const beatEveryMs = 2_500

/** When each activity under way last said that it lives; its start counts. */
const lastBeats = new WeakMap<Context, number>()

function beatIfDue(context: Context): void {
  const nowMs = performance.now()
  const lastMs = lastBeats.get(context)
  if (lastMs !== undefined && nowMs - lastMs < beatEveryMs) return
  lastBeats.set(context, nowMs)
  if (lastMs !== undefined) context.heartbeat()
}

/** Sleeps in slices, heartbeating; as long as it says, whatever the clock of the machine is set to meanwhile. @throws CancelledFailure as soon as the delivery is not wanted any more. */
export async function wait(ms: number): Promise<void> {
  const context = Context.current()
  for (const endMs = performance.now() + ms; performance.now() < endMs;) {
    stopIfUnwanted(context)
    beatIfDue(context)
    // Not the SDK's `sleep`: each leaves reactions on a promise that lives as long as the activity, which may wait for weeks.
    await pause(Math.min(sliceMs, Math.max(1, endMs - performance.now())), context.cancellationSignal)
  }
  stopIfUnwanted(context)
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
  beatIfDue(context)
  const beat = setInterval(() => beatIfDue(context), sliceMs)
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
