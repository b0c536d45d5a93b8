import { inSpan } from '../../observe/span.js'
import { forgetPerson } from '../../store/accounts/people.js'
import { tellSend } from '../../store/sends/ledger-channel.js'
import { revertSend } from '../../store/sends/sends.js'
import { GatewayFailure, type SendOutcome, type SendRequest } from '../../whatsapp/gateway.js'
import { whileHeartbeating } from '../heartbeating.js'
import type { Addresses } from './addresses.js'
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
  // That one was no message.
  if (outcome.kind === 'refused' && outcome.failure === 'SamePerson') return { outcome, elapsedMs }
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
  context: DeliveryContext,
  attempt: BegunAttempt,
  request: SendRequest,
): Promise<SendOutcome> {
  const { database, session } = context
  const { jid } = request
  try {
    const address = await addressOf(context, { ...attempt, isUncertain: attempt.uncertain, jid })
    if (address.kind === 'refused') return address
    const outcome = await session.send({ ...request, jid: address.jid, pn: address.pn })
    // What was known of the person has not led to them.
    if (outcome.kind === 'refused' && outcome.failure === 'NotOnWhatsApp')
      await forgetPerson(database, { accountId: session.accountId, jid })
    return outcome
  } catch (error) {
    // Certainly nothing was written: a later attempt needs not to doubt this one.
    if (error instanceof GatewayFailure) await revertSend(database, { ...attempt, failure: error.failure })
    throw error
  }
}

type Refusal = Extract<SendOutcome, { kind: 'refused' }>

/** What WhatsApp refuses to tell of a person, it refuses of the message. @throws GatewayFailure where it does not answer */
async function addressOf(
  { addresses }: DeliveryContext,
  target: Parameters<Addresses['find']>[0],
): Promise<{ kind: 'to'; jid: string; pn?: string | undefined } | Refusal> {
  try {
    const address = await addresses.find(target)
    return address.kind === 'to' ? address : notAddressed(address.kind)
  } catch (error) {
    if (!(error instanceof GatewayFailure) || error.code === undefined) throw error
    return { kind: 'refused', code: error.code, failure: error.failure }
  }
}

/** No question to WhatsApp is needed to know it. */
export function notAddressed(why: 'notOnWhatsApp' | 'samePerson'): Refusal {
  return {
    kind: 'refused',
    code: undefined,
    failure: why === 'samePerson' ? 'SamePerson' : 'NotOnWhatsApp',
  }
}
