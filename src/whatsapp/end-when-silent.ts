import type { Connection } from './connection.js'
import { liveness } from './liveness.js'

const lookEveryMs = 500
// Of a server that answers none of them.
const mostUnanswered = 8

export type SilenceWatch = {
  /** Whoever sends says so, and calls what is returned when WhatsApp has answered. */
  sending(): () => void
  /** How long it may take, on the slowest line, until all that was written has arrived. */
  allowanceMs(): number
}

/** Ends the connection when it has gone silent: the only one who does, since Baileys' own watch sees whole frames alone. */
export function endWhenSilent(connection: Connection): SilenceWatch {
  const { socket, wire, logger } = connection
  const nowMs = (): number => performance.now()
  const state = liveness({ nowMs: nowMs(), roundTripMs: wire.firstRoundTripMs() })

  const look = (): void => {
    if (connection.ended() !== undefined) return
    const found = state.look(nowMs(), wire.reading())
    if (found === 'ask') ask()
    else if (found !== 'fine') giveUp(found.silentMs)
  }
  // Data that arrived while this process was busy is read before an immediate runs.
  const timer = setInterval(() => setImmediate(look), lookEveryMs)
  timer.unref()
  const forget = new Set<() => void>()
  connection.onEnd(() => {
    clearInterval(timer)
    for (const one of forget) one()
  })

  function ask(): void {
    const id = socket.generateMessageTag()
    const asked = state.asked(nowMs())
    const event = `TAG:${id}`
    const onAnswer = (): void => {
      stop()
      state.answered(nowMs(), asked)
    }
    const stop = (): void => {
      socket.ws.off(event, onAnswer)
      forget.delete(stop)
    }
    const [oldest] = forget
    if (forget.size === mostUnanswered) oldest?.()
    forget.add(stop)
    socket.ws.on(event, onAnswer)
    connection.inBackground(
      socket.sendNode({
        tag: 'iq',
        attrs: { id, to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' },
        content: [{ tag: 'ping', attrs: {} }],
      }),
    )
  }

  function giveUp(silentMs: number): void {
    logger.warn({ silentMs: Math.round(silentMs) }, 'the connection has gone silent')
    connection.inBackground(connection.close({ failure: 'ConnectionLost', code: silentCode }))
  }

  return {
    sending() {
      const written = state.sending(nowMs(), wire.reading())
      return () => state.arrived(written)
    },
    allowanceMs: () => state.allowanceMs(),
  }
}

/** Baileys' `DisconnectReason.connectionLost`: nobody closed it, nothing came any more. */
export const silentCode = 408
