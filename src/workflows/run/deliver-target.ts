import { CancellationScope, executeChild, isCancellation, log, ParentClosePolicy } from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { TargetOutcome } from '../../protocol/payloads.js'
import { groupDeliveryWorkflowId } from '../../domain/ids.js'
import { canceledByOperator, type Remainder } from '../../domain/states.js'
import { runs } from '../proxies.js'
import { groupDelivery, type DeliveryEnd, type GroupDeliveryArgs } from './group-delivery.js'
import { say } from '../../domain/sentences/say.js'

/**
 * Delivers to one target, in the scope that stops it, and tells what became of it whatever happens to the delivery.
 * @param isAlone it is the run's only target
 */
export async function deliverTarget(args: GroupDeliveryArgs, isAlone: boolean): Promise<TargetOutcome> {
  const scope = CancellationScope.current()
  const { runId, ordinal } = args
  try {
    const ended = await deliveryOf(args, isAlone)
    if (ended.kind !== 'canceled') return ended
    if (scope.consideredCancelled) return { kind: 'held' }
    // By hand, in Temporal: this target alone is not wanted.
    return await abandon(args, { state: 'skipped', reason: canceledByOperator })
  } catch (error) {
    // An earlier life of this run (it was reset or terminated) started it and it has not ended yet: later, then.
    if (isCancellation(error) || error instanceof WorkflowExecutionAlreadyStartedError)
      return { kind: 'held' }
    log.error('delivery ended without a result', { runId, ordinal, error })
    return await abandon(args, { state: 'failed', reason: say('deliveryTerminated') })
  }
}

/** A child for each target; one that is alone is delivered by the run, which is its reminder's child for it. */
async function deliveryOf(args: GroupDeliveryArgs, isAlone: boolean): Promise<DeliveryEnd> {
  if (isAlone) return await groupDelivery(args)
  return await executeChild<typeof groupDelivery>('groupDelivery', {
    workflowId: groupDeliveryWorkflowId(args.runId, args.ordinal),
    args: [args],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  })
}

async function abandon({ runId, ordinal }: GroupDeliveryArgs, why: Remainder): Promise<TargetOutcome> {
  return await CancellationScope.nonCancellable(() => runs.abandonTarget({ runId, ordinal, ...why }))
}
