import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Logger } from 'pino'
import { isMedia, type Part } from '../domain/definition.js'
import { failureAdvice, failureKinds, type FailureType } from '../domain/failures.js'
import { setAccountState } from '../store/accounts.js'
import { inSpan } from '../observe/span.js'
import type { Database } from '../store/database.js'
import { findMedia } from '../store/media.js'
import { tellSend } from '../store/ledger-channel.js'
import * as ledger from '../store/sends.js'
import { runParts, saveUpload, uploadsOf } from '../store/uploads.js'
import {
  GatewayFailure,
  type Content,
  type SendOutcome,
  type SendRequest,
  type Session,
} from '../whatsapp/gateway.js'
import { accountHoldMs, accountStateOf, isWhatsAppsHold } from './sessions/account-holds.js'
import { retryable, stopIfUnwanted, wait, whileHeartbeating } from './heartbeating.js'
import { slotHolder, type HeldSlot } from './slot-holder.js'
import type { TargetOutcome } from '../protocol/payloads.js'

export type DeliveryActivities = ReturnType<typeof createDeliveryActivities>

// WhatsApp's own clients never send two parts back to back; people do not either.
const betweenPartsMs = { min: 200, max: 499 }
// How often a delivery that the account holds up looks whether it still does.
const heldUpMs = 1_000
const lookAtLimitsMs = 5_000

/** The activities on an account's own queue, bound to the one session that this process owns. */
export function createDeliveryActivities({
  database,
  session,
  epoch,
  logger,
}: {
  database: Database
  session: Session
  epoch: number
  logger: Logger
}) {
  const { accountId } = session
  const hasEnded = () => session.hasEnded()
  const slots = slotHolder({ database, accountId, epoch, hasEnded, logger })

  return {
    /** Sends to a target what is not sent yet, part after part. */
    async deliver({ runId, ordinal }: { runId: string; ordinal: number }): Promise<TargetOutcome> {
      const delivery = await ledger.loadDelivery(database, { runId, ordinal })
      if (!delivery)
        throw ApplicationFailure.nonRetryable(`There is no target ${ordinal} in ${runId}.`, 'UnknownTarget')
      if (delivery.targetState !== 'pending') return { kind: delivery.targetState }
      const unsent = delivery.sends.filter((send) => send.state !== 'acked')
      const uploads = unsent.some(({ part }) => isMedia(delivery.parts[part]))
        ? await uploadsOf(database, runId)
        : new Map<number, Buffer>()
      for (const [index, send] of unsent.entries()) {
        const known = { runId, ordinal, part: send.part, epoch, attempt: send.attempt }
        if (send.state === 'sending' && delivery.onUncertain === 'unknown') return await leaveUnknown(known)
        if (index > 0) await pauseBetweenParts()
        const outcome = await sendPart(known, {
          messageId: send.messageId,
          jid: delivery.jid,
          content: contentOf(delivery.parts[send.part], uploads.get(send.part)),
          maybeSentBefore: index === 0 && delivery.lastIsUncertain,
          onUncertain: delivery.onUncertain,
          last: index === unsent.length - 1,
        })
        if (outcome) return outcome
      }
      return { kind: 'delivered' }
    },

    /**
     * Uploads each media of the run that is not uploaded yet. A crash between the upload and its row uploads that one
     * again; one that has its row is never uploaded twice.
     */
    async uploadMedia({ runId }: { runId: string }): Promise<void> {
      const done = await uploadsOf(database, runId)
      for (const [part, media] of (await runParts(database, runId)).entries()) {
        if (!isMedia(media) || done.has(part)) continue
        const file = await findMedia(database, media.media)
        if (!file)
          throw ApplicationFailure.nonRetryable(`The media of part ${part} of ${runId} is gone.`, 'BadMedia')
        const content = await whileHeartbeating(() =>
          session.uploadMedia({
            kind: media.kind,
            bytes: file.bytes,
            mime: file.mime,
            ...(media.caption !== undefined && { caption: media.caption }),
            ...(file.thumbnail && { thumbnail: file.thumbnail }),
            ...(file.width !== null && { width: file.width }),
            ...(file.height !== null && { height: file.height }),
          }),
        )
        await saveUpload(database, { runId, part, content })
        logger.info({ runId, part, bytes: file.bytes.length }, 'media uploaded')
      }
    },
  }

  type PartToSend = SendRequest & { onUncertain: 'resend' | 'unknown'; last: boolean }

  /** Undefined when the part was acknowledged; otherwise how the target ends, or that it is held. */
  async function sendPart(
    known: ledger.Attempt,
    { onUncertain, last, ...request }: PartToSend,
  ): Promise<TargetOutcome | undefined> {
    for (;;) {
      const begun = await begin(known)
      if (begun.kind === 'blocked') return begun.outcome
      const attempt = { ...known, attempt: begun.attempt, uncertain: begun.uncertain }
      const startedMs = performance.now()
      // From here on a cancellation does not stop this part: it may be on the wire, and its outcome is worth knowing.
      const { runId, ordinal, part } = known
      const outcome = await whileHeartbeating(() =>
        slots.forOutcome(begun.slot, () => traced(attempt, request)),
      )
      const elapsedMs = Math.round(performance.now() - startedMs)
      const fields = { runId, ordinal, part, sendId: request.messageId, attempt: begun.attempt, elapsedMs }
      const failure = outcome.kind === 'acked' ? {} : { failure: outcome.failure }
      tellSend({ accountId, outcome: outcome.kind, elapsedMs, ...failure })
      switch (outcome.kind) {
        case 'acked': {
          const { slot } = begun.slot
          const commit = () => ledger.commitAck(database, { ...attempt, slot, last })
          if (!(await slots.forAck(begun.slot, commit))) throw overtaken()
          logger.info(fields, 'message acknowledged')
          return undefined
        }
        case 'refused': {
          logger.warn({ ...fields, code: outcome.code, failure: outcome.failure }, 'message refused')
          const end = await refused(attempt, outcome)
          if (end) return end
          known = attempt
          break
        }
        case 'unknown':
          logger.warn({ ...fields, failure: outcome.failure }, 'outcome of the message is unknown')
          if (onUncertain === 'unknown') return await leaveUnknown(attempt)
          throw retryable(outcome.failure)
      }
    }
  }

  async function traced(attempt: Parameters<typeof relay>[0], request: SendRequest): Promise<SendOutcome> {
    const { runId, ordinal, part } = attempt
    const span = { 'carillon.run_id': runId, 'carillon.ordinal': ordinal, 'carillon.part': part }
    return await inSpan(
      'send',
      { ...span, 'carillon.send_id': request.messageId, 'carillon.attempt': attempt.attempt },
      async () => await relay(attempt, request),
      ({ kind }) => ({ 'carillon.outcome': kind }),
    )
  }

  async function relay(
    attempt: ledger.Attempt & { uncertain: boolean },
    request: SendRequest,
  ): Promise<SendOutcome> {
    try {
      return await session.send(request)
    } catch (error) {
      // Certainly nothing was written: a later attempt needs not to doubt this one.
      if (error instanceof GatewayFailure)
        await ledger.revertSend(database, { ...attempt, failure: error.failure })
      throw error
    }
  }

  type Beginning =
    | { kind: 'begun'; attempt: number; uncertain: boolean; slot: HeldSlot }
    | { kind: 'blocked'; outcome: TargetOutcome }

  /** Waits for a slot of the rate limit and for the account, and writes the intent. */
  async function begin(known: ledger.Attempt): Promise<Beginning> {
    for (;;) {
      stopIfUnwanted(Context.current())
      const slot = await takeSlot(known.runId)
      const begun = await slots.forIntent(slot, () =>
        ledger.beginSend(database, { ...known, slot: slot.slot }),
      )
      if (begun.kind === 'begun') return { ...begun, slot }
      switch (begun.kind) {
        case 'accountPaused':
          await wait(heldUpMs)
          break
        case 'accountUnable':
          // The queue of the account keeps the delivery until there is a session again, however long that takes.
          if (begun.leftMs === null || !isWhatsAppsHold(begun.state))
            throw retryable('ConnectionLost', `the account is ${begun.state}`)
          // Waiting here and not for a retry at that time: a hold that is lifted sooner is seen at once.
          await wait(Math.min(heldUpMs, Math.max(1, begun.leftMs)))
          break
        case 'fenced':
          logger.warn(
            { runId: known.runId, ordinal: known.ordinal, part: known.part },
            'send refused: another process owns the session',
          )
          throw retryable('Fenced')
        case 'expired':
          return { kind: 'blocked', outcome: await expire(known) }
        case 'paused':
        case 'windowClosed':
        case 'over':
        case 'lockLost':
        case 'done':
          logger.info({ runId: known.runId, ordinal: known.ordinal, why: begun.kind }, 'delivery held')
          return { kind: 'blocked', outcome: { kind: 'held' } }
      }
    }
  }

  async function takeSlot(runId: string): Promise<HeldSlot> {
    for (;;) {
      const slot = await slots.take(runId)
      if (slot.kind === 'granted') return slot
      // A limit that is raised meanwhile is seen soon.
      await wait(Math.min(slot.waitMs, lookAtLimitsMs))
    }
  }

  /** How the target ends; undefined when the send waits for the account and then goes on. */
  async function refused(
    attempt: ledger.Attempt & { uncertain: boolean },
    { failure }: Extract<SendOutcome, { kind: 'refused' }>,
  ): Promise<TargetOutcome | undefined> {
    const kind = failureKinds[failure]
    switch (kind) {
      case 'target':
        return await close(attempt, refusedEnd(attempt, failure))
      case 'account':
        await ledger.revertSend(database, { ...attempt, failure })
        await setAccountState(database, {
          accountId,
          epoch,
          state: accountStateOf(failure),
          detail: failureAdvice[failure],
          forMs: accountHoldMs(failure),
        })
        return undefined
      case 'retry':
      case 'fenced':
        await ledger.revertSend(database, { ...attempt, failure })
        throw retryable(failure)
    }
  }

  async function leaveUnknown(attempt: ledger.Attempt): Promise<TargetOutcome> {
    const reason = 'it is not known whether WhatsApp has it, and the reminder says not to send it again'
    return await close(attempt, { state: 'unknown', failure: 'AckTimedOut', reason })
  }

  async function expire(attempt: ledger.Attempt): Promise<TargetOutcome> {
    return await close(attempt, { state: 'expired', failure: null, reason: 'the time to deliver had passed' })
  }

  async function close(
    attempt: ledger.Attempt,
    end: { state: 'failed' | 'unknown' | 'expired'; failure: FailureType | null; reason: string },
  ): Promise<TargetOutcome> {
    const { state, ...why } = end
    const kind = await ledger.closeTarget(database, {
      ...attempt,
      ...why,
      sendState: state,
      targetState: state,
    })
    if (!kind) throw overtaken()
    return { kind }
  }
}

/** An earlier attempt may be out: that this one was refused takes none of that back, and nobody may send it again. */
function refusedEnd({ uncertain }: { uncertain: boolean }, failure: FailureType) {
  const advice = failureAdvice[failure]
  if (!uncertain) return { state: 'failed', failure, reason: advice } as const
  const reason = `an earlier attempt may have reached WhatsApp, and this one was refused: ${advice}`
  return { state: 'unknown', failure, reason } as const
}

function overtaken(): ApplicationFailure {
  return retryable('Fenced', 'a newer attempt has taken over this send')
}

function contentOf(part: Part | undefined, upload: Buffer | undefined): Content {
  if (part && !isMedia(part)) return { kind: 'text', text: part.text }
  if (upload) return { kind: 'uploaded', message: upload }
  throw ApplicationFailure.retryable('The media of this part is not uploaded yet.', 'UploadFailed')
}

async function pauseBetweenParts(): Promise<void> {
  await wait(betweenPartsMs.min + Math.random() * (betweenPartsMs.max - betweenPartsMs.min))
}
