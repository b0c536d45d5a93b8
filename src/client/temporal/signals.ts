import { randomUUID } from 'node:crypto'
import { WorkflowNotFoundError, type Client, type SignalDefinition } from '@temporalio/client'
import type { IdentifiedRequest, PauseRequest } from '../../protocol/messages.js'
import { askerOf, whoAsks, type ClientContext } from '../context.js'
import { CarillonError, InputError } from '../errors.js'
import { markedRequestId } from '../../domain/ways.js'
import { reasonText } from '../input/schema/requests.js'
import { checkStorable } from '../storable.js'
import { explainTemporalError } from './temporal-errors.js'
import { pollUntil } from '../waiting.js'

/** How long an operator waits for a worker to act on a signal, unless he says otherwise. */
export const confirmTimeoutMs = 15_000

export type Confirmation<State> = {
  state: State
  /**
   * False when the signal is delivered and durable, and no worker has acted on it yet: it will be acted on as soon as
   * one runs.
   */
  confirmed: boolean
  /** True when there was nothing to do. */
  already?: boolean
}

export type OperatorSignal = SignalDefinition<[PauseRequest?]>

/** The fields that an operator may add to every request. */
export type RequestOptions = {
  /** Why, for those who look at it later. */
  reason?: string
  /** How long to wait for a worker to act on it; 15 s when not given. */
  timeoutMs?: number
  /** The same for every call that is one request: it is done once, and answered as it was the first time. */
  requestId?: string
}

/** Of one request, however often it is made. @throws InputError where a reason or an operator's name cannot be used */
export function operatorRequest(
  context: Pick<ClientContext, 'operator' | 'access' | 'via'>,
  reason: string | undefined,
  requestId: string = randomUUID(),
): IdentifiedRequest {
  const by = whoAsks(context)
  checkStorable({ operator: by, reason, requestId })
  const [issue] = reasonText.optional().safeParse(reason).error?.issues ?? []
  if (issue !== undefined)
    throw new InputError([{ field: 'reason', got: `${reason?.length} characters`, expected: issue.message }])
  const asked = { by, requestId: markedRequestId(askerOf(context).via, requestId) }
  return reason === undefined || reason === '' ? asked : { ...asked, reason }
}

/** @throws CarillonError `not_ready` with `ifMissing` when no such workflow is running. */
export async function signalOperatorRequest(
  temporal: Client,
  {
    workflowId,
    signal,
    request,
    ifMissing,
  }: { workflowId: string; signal: OperatorSignal; request: PauseRequest; ifMissing: string },
): Promise<void> {
  try {
    await temporal.workflow.getHandle(workflowId).signal(signal, request)
  } catch (error) {
    if (error instanceof WorkflowNotFoundError && explainTemporalError(error) === error)
      throw new CarillonError('not_ready', ifMissing, { cause: error })
    throw explainTemporalError(error)
  }
}

/** Waits until Postgres shows that the signal has taken effect. */
export async function confirm<State>({
  read,
  isDone,
  timeoutMs,
}: {
  read: () => Promise<State>
  isDone: (state: State) => boolean
  timeoutMs: number
}): Promise<Confirmation<State>> {
  const { answer, isDone: confirmed } = await pollUntil({ ask: read, isDone, timeoutMs })
  return { state: answer, confirmed }
}
