import type { ReachoutTimelockState } from './baileys.js'
import type { Connection } from './connection.js'
import { errorFields } from './errors.js'
import type { NewChats, SendOutcome } from './gateway.js'

type Refusal = Extract<SendOutcome, { kind: 'refused' }>

export type NewChatsWatch = {
  /** What a 463 of a message to a person means. */
  refusal(): Promise<Refusal>
}

// An answer that does not come must not hold the delivery for Baileys' own 30 s.
const answerMs = 10_000
const anHourMs = 3_600_000
const manyRefusals = 5

/**
 * A 463 says one of two things: the account may start no chats for some time (a lock on reaching out), or WhatsApp takes
 * no message to this one person from it, for it has no token of theirs. WhatsApp tells which when it is asked
 * (docs/whatsapp/codes.md).
 */
export function watchNewChats(connection: Connection, onChange: (newChats: NewChats) => void): NewChatsWatch {
  const { socket, logger } = connection
  let asking: Promise<NewChats | undefined> | undefined
  const refusedAtMs: number[] = []

  // Baileys emits the answer to a question here, too.
  socket.ev.on('connection.update', ({ reachoutTimeLock: lock }) => {
    if (lock !== undefined) onChange(newChatsOf(lock))
  })

  async function answer(): Promise<NewChats | undefined> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, answerMs, undefined)
    })
    try {
      const lock = await Promise.race([socket.fetchAccountReachoutTimelock(), late])
      return lock && newChatsOf(lock)
    } catch (error) {
      logger.warn(errorFields(error), 'WhatsApp did not say whether the account may start chats')
      return undefined
    } finally {
      clearTimeout(timer)
    }
  }

  /** Of several that ask at once, one does. */
  async function ask(): Promise<NewChats | undefined> {
    asking ??= answer().finally(() => {
      asking = undefined
    })
    return await asking
  }

  /** Whatever WhatsApp answers: who goes on after refusals makes it worse. */
  function isRefusedOften(): boolean {
    const nowMs = performance.now()
    refusedAtMs.push(nowMs)
    while ((refusedAtMs[0] ?? nowMs) < nowMs - anHourMs) refusedAtMs.shift()
    return refusedAtMs.length >= manyRefusals
  }

  connection.inBackground(ask())

  return {
    async refusal() {
      const newChats = await ask()
      const isOften = isRefusedOften()
      if (newChats?.isLocked === true)
        return { kind: 'refused', code: 463, failure: 'NewChatsLocked', until: newChats.until }
      const failure = newChats === undefined || isOften ? 'NewChatsLocked' : 'ContactRefused'
      return { kind: 'refused', code: 463, failure }
    },
  }
}

function newChatsOf({ isActive, timeEnforcementEnds }: ReachoutTimelockState): NewChats {
  if (isActive !== true) return { isLocked: false }
  return { isLocked: true, until: timeEnforcementEnds ?? new Date(Date.now() + anHourMs) }
}
