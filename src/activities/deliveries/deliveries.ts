import { ApplicationFailure } from '@temporalio/activity'
import { isMedia, type Part } from '../../domain/definition.js'
import type { TargetOutcome } from '../../protocol/payloads.js'
import * as ledger from '../../store/sends/sends.js'
import { uploadsOf } from '../../store/sends/uploads.js'
import type { Content } from '../../whatsapp/gateway.js'
import { contentOf } from '../content.js'
import { wait } from '../heartbeating.js'
import { addresses } from './addresses.js'
import { afterRefusal } from './after-refusal.js'
import { heldUntil } from './begin-attempt.js'
import { leaveUnknown } from './close-target.js'
import type { DeliveryContext } from './context.js'
import { notAddressed } from './relay.js'
import { sendPart } from './send-part.js'
import { uploadMedia } from './upload-media.js'

export type DeliveryActivities = ReturnType<typeof createDeliveryActivities>

// WhatsApp's own clients never send two parts back to back; people do not either.
const betweenPartsMs = { min: 200, max: 499 }

/** The activities on an account's own queue, bound to the one session that this process owns. */
export function createDeliveryActivities(owned: Omit<DeliveryContext, 'addresses'>) {
  const context: DeliveryContext = { ...owned, addresses: addresses(owned) }
  return {
    deliver: (target: { runId: string; ordinal: number }) => deliver(context, target),
    uploadMedia: (run: { runId: string }) => uploadMedia(context, run),
  }
}

/** Sends to a target what is not sent yet, part after part. */
async function deliver(
  context: DeliveryContext,
  { runId, ordinal }: { runId: string; ordinal: number },
): Promise<TargetOutcome> {
  const { database, epoch } = context
  const delivery = await ledger.loadDelivery(database, { runId, ordinal })
  if (!delivery)
    throw ApplicationFailure.nonRetryable(`There is no target ${ordinal} in ${runId}.`, 'UnknownTarget')
  if (delivery.targetState !== 'pending') return { kind: delivery.targetState }
  if (delivery.heldUntil !== null) return heldUntil(delivery.heldUntil)
  const unsent = delivery.sends.filter((send) => send.state !== 'acked')
  const unaddressed = await endUnaddressed(context, delivery, { runId, ordinal })
  if (unaddressed) return unaddressed
  const uploads = unsent.some(({ part }) => isMedia(delivery.parts[part]))
    ? await uploadsOf(database, runId)
    : new Map<number, Buffer>()
  for (const [index, send] of unsent.entries()) {
    const known = { runId, ordinal, part: send.part, epoch, attempt: send.attempt }
    if (send.state === 'sending' && delivery.onUncertain === 'unknown')
      return await leaveUnknown(database, known)
    if (index > 0) await pauseBetweenParts()
    const outcome = await sendPart(context, known, {
      messageId: send.messageId,
      jid: delivery.jid,
      content: uploadedContent(delivery.parts[send.part], uploads.get(send.part)),
      maybeSentBefore: index === 0 && delivery.lastIsUncertain,
      onUncertain: delivery.onUncertain,
      last: index === unsent.length - 1,
    })
    if (outcome) return outcome
  }
  return { kind: 'delivered' }
}

/** A person whom nothing can be sent to, as is known already, takes no slot of the rate limit. */
async function endUnaddressed(
  context: DeliveryContext,
  { jid, sends }: ledger.Delivery,
  target: { runId: string; ordinal: number },
): Promise<TargetOutcome | undefined> {
  const next = sends.find((send) => send.state !== 'acked')
  if (next === undefined) return undefined
  const { part, attempt } = next
  const isUncertain = next.state === 'sending'
  const address = await context.addresses.findKnown({ ...target, part, isUncertain, jid })
  if (address === undefined || address.kind === 'to') return undefined
  const known = { ...target, part, attempt, epoch: context.epoch, uncertain: isUncertain }
  return await afterRefusal(context, known, notAddressed(address.kind))
}

function uploadedContent(part: Part | undefined, upload: Buffer | undefined): Content {
  const content = part && contentOf(part, upload)
  if (content) return content
  throw ApplicationFailure.retryable('The media of this part is not uploaded yet.', 'UploadFailed')
}

async function pauseBetweenParts(): Promise<void> {
  await wait(betweenPartsMs.min + Math.random() * (betweenPartsMs.max - betweenPartsMs.min))
}
