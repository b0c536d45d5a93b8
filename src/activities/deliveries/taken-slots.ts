import type { Logger } from 'pino'
import type { Database } from '../../store/database.js'
import {
  closeRateSlot,
  returnRateSlot,
  takeCopySlot,
  takeRateSlot,
  type RateSlot,
  type SlotQuestion,
} from '../../store/sends/rate-slots.js'

export type TakenSlot = { slot: number; ticket: number }

export type TakenSlots = ReturnType<typeof takenSlots>

/**
 * The rate slots that one owner of a session has taken. A slot is open in Postgres from its grant on, and counts as taken
 * now, until the owner knows the outcome. This process knows its open tickets: each further grant closes all others,
 * because their grant or their end was lost on the way between this process and Postgres.
 */
export function takenSlots({
  database,
  accountId,
  epoch,
  hasEnded,
  logger,
}: {
  database: Database
  accountId: string
  epoch: number
  /** Whether the session's socket is gone. */
  hasEnded: () => boolean
  logger: Logger
}) {
  const open = new Set<number>()
  let lastTicket = 0

  async function release(ticket: number, statement: () => Promise<void>): Promise<void> {
    try {
      await statement()
    } catch (error) {
      logger.warn({ error }, 'a rate slot could not be closed: the next grant closes it')
    } finally {
      open.delete(ticket)
    }
  }

  const close = async ({ slot, ticket }: TakenSlot): Promise<void> =>
    await release(ticket, async () => await closeRateSlot(database, slot))

  type Answer = Exclude<RateSlot, { kind: 'granted' }> | ({ kind: 'granted' } & TakenSlot)

  async function take(ask: (question: SlotQuestion) => Promise<RateSlot>): Promise<Answer> {
    const ticket = (lastTicket += 1)
    open.add(ticket)
    let isGranted = false
    try {
      const answer = await ask({ epoch, ticket, open: [...open] })
      if (answer.kind === 'full') return answer
      isGranted = true
      return { ...answer, ticket }
    } finally {
      if (!isGranted) open.delete(ticket)
    }
  }

  return {
    take: (runId: string) => take((question) => takeRateSlot(database, { accountId, runId, question })),
    takeForCopy: () => take((question) => takeCopySlot(database, { accountId, question })),

    /** Writes the intent. A slot whose intent was not written is given back: nothing is sent with it. */
    async forIntent<Begun extends { kind: string }>(
      { slot, ticket }: TakenSlot,
      begin: () => Promise<Begun>,
    ): Promise<Begun> {
      let isBegun = false
      try {
        const begun = await begin()
        isBegun = begun.kind === 'begun'
        return begun
      } finally {
        if (!isBegun) await release(ticket, async () => await returnRateSlot(database, slot))
      }
    },

    /** Sends. Whatever comes of it closes the slot; an acknowledgement does when it is committed. */
    async forOutcome<Outcome extends { kind: string }>(
      slot: TakenSlot,
      send: () => Promise<Outcome>,
    ): Promise<Outcome> {
      let outcome: Outcome | undefined
      try {
        outcome = await send()
        return outcome
      } finally {
        // A message that a lost socket had written may still be on its way, until the next log-in replaces that socket.
        const mayArrive = outcome?.kind === 'unknown' && hasEnded()
        if (outcome?.kind !== 'acked' && !mayArrive) await close(slot)
      }
    },

    /** The acknowledgement's own statement closes the slot, unless that fails. */
    async forAck<T>({ ticket }: TakenSlot, commit: () => Promise<T>): Promise<T> {
      try {
        return await commit()
      } finally {
        open.delete(ticket)
      }
    },
  }
}
