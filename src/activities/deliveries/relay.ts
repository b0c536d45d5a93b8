import { inSpan } from '../../observe/span.js'
import { tellSend } from '../../store/sends/ledger-channel.js'
import { revertSend } from '../../store/sends/sends.js'
import { GatewayFailure, type SendOutcome, type SendRequest } from '../../whatsapp/gateway.js'
import { whileHeartbeating } from '../heartbeating.js'
import type { BegunAttempt } from './begin-attempt.js'
import type { DeliveryContext } from './context.js'
import type { TakenSlot } from './taken-slots.js'

/**
 * Hands the message to WhatsApp and waits for what becomes of it. A cancellation does not stop this: the message may be
 * on the wire, and its outcome is worth knowing.
 * @throws ApplicationFailure where certainly nothing was written to the socket; the ledger has it as not sent then
 */
export async function relay(
  context: DeliveryContext,
  { attempt, slot }: { attempt: BegunAttempt; slot: TakenSlot },
  request: SendRequest,
): Promise<{ outcome: SendOutcome; elapsedMs: number }> {
  const { session, slots } = context
  const startedMs = performance.now()
  const outcome = await whileHeartbeating(() =>
    slots.forOutcome(slot, () => traced(attempt, request, () => sent(context, attempt, request))),
  )
  const elapsedMs = Math.round(performance.now() - startedMs)
  const failure = outcome.kind === 'acked' ? {} : { failure: outcome.failure }
  tellSend({ accountId: session.accountId, outcome: outcome.kind, elapsedMs, ...failure })
  return { outcome, elapsedMs }
}

async function traced(
  { runId, ordinal, part, attempt }: BegunAttempt,
  { messageId }: SendRequest,
  send: () => Promise<SendOutcome>,
): Promise<SendOutcome> {
  const span = { 'carillon.run_id': runId, 'carillon.ordinal': ordinal, 'carillon.part': part }
  return await inSpan(
    'send',
    { ...span, 'carillon.send_id': messageId, 'carillon.attempt': attempt },
    send,
    ({ kind }) => ({ 'carillon.outcome': kind }),
  )
}

async function sent(
  { database, session }: DeliveryContext,
  attempt: BegunAttempt,
  request: SendRequest,
): Promise<SendOutcome> {
  try {
    return await session.send(request)
  } catch (error) {
    // Certainly nothing was written: a later attempt needs not to doubt this one.
    if (error instanceof GatewayFailure) await revertSend(database, { ...attempt, failure: error.failure })
    throw error
  }
}
