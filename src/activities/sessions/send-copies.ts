import type { Logger } from 'pino'
import { pause } from '../../pause.js'
import {
  areCopiesWanted,
  beginCopy,
  endCopy,
  nextCopyRequest,
  type CopyRequest,
} from '../../store/sends/copy-requests.js'
import type { Database } from '../../store/database.js'
import type { CopyOutcome, Session } from '../../whatsapp/gateway.js'
import { contentOf } from '../content.js'
import type { TakenSlots } from '../deliveries/taken-slots.js'

// A pause that is lifted, or a limit that is raised, is seen as soon as this.
const lookAgainMs = 5_000

export type CopySending = {
  /** A device has asked for a copy. */
  wake: () => void
  /** Lets the copy that is under way end. */
  stop: () => Promise<void>
}

/**
 * Sends the copies that devices asked for, one after the other, while the process owns the session: within the account's
 * share for copies, and never while the account is paused.
 */
export function sendCopies({
  database,
  session,
  epoch,
  slots,
  logger,
}: {
  database: Database
  session: Session
  epoch: number
  slots: TakenSlots
  logger: Logger
}): CopySending {
  const { accountId } = session
  const stopped = new AbortController()
  let isWoken = false
  let wakeUp: (() => void) | undefined

  const wake = (): void => {
    isWoken = true
    wakeUp?.()
  }

  /** Until somebody asks or it stops; `withinMs` at most, where given. */
  async function rest(withinMs?: number): Promise<void> {
    if (!isWoken && !stopped.signal.aborted) {
      const woken = new AbortController()
      const asked = new Promise<void>((resolve) => {
        wakeUp = resolve
      })
      await Promise.race([asked, ...(withinMs === undefined ? [] : [pause(withinMs, woken.signal)])])
      woken.abort()
      wakeUp = undefined
    }
    isWoken = false
  }

  async function sendNext(): Promise<void> {
    const request = await nextCopyRequest(database, { accountId, epoch })
    if (request === undefined) {
      const areWaiting = await areCopiesWanted(database, accountId)
      return await rest(areWaiting ? lookAgainMs : undefined)
    }
    const slot = await slots.takeForCopy()
    if (slot.kind === 'full') return await pause(Math.min(slot.waitMs, lookAgainMs), stopped.signal)
    const begun = await slots.forIntent(slot, async () => ({
      kind: (await beginCopy(database, { ...request, accountId, epoch }))
        ? ('begun' as const)
        : ('held' as const),
    }))
    if (begun.kind === 'held') return
    const outcome = await slots.forOutcome(slot, () => sent(request))
    const isOver = outcome.kind !== 'unknown'
    await slots.forAck(slot, () => endCopy(database, { ...request, isOver, slot: slot.slot }))
    logger.info(
      { messageId: request.messageId, outcome: outcome.kind, ...reasonOf(outcome) },
      'copy of a message',
    )
  }

  async function sent(request: CopyRequest): Promise<CopyOutcome> {
    const content = request.part && contentOf(request.part, request.upload)
    // Never an empty message in place of one that is gone.
    if (!content) return { kind: 'dropped', why: 'contentGone' }
    return await session.sendCopy({ ...request, content })
  }

  async function run(): Promise<void> {
    while (!stopped.signal.aborted && !session.hasEnded())
      try {
        await sendNext()
      } catch (error) {
        logger.warn({ error }, 'a copy could not be sent now')
        await pause(lookAgainMs, stopped.signal)
      }
  }

  const running = run()
  void session.closed.then(() => wake())
  return {
    wake,
    async stop() {
      stopped.abort()
      wake()
      await running
    },
  }
}

function reasonOf(outcome: CopyOutcome): { why?: string; code?: number } {
  if (outcome.kind === 'dropped') return { why: outcome.why }
  return outcome.kind === 'refused' ? { code: outcome.code } : {}
}
