import type { Connection } from './connection.js'

/**
 * A connection that was cut without a word stays open at this end for minutes. While messages are sent, silence is
 * therefore asked about: in a healthy run the acks arrive faster than that, so nothing is asked at all.
 */
export const silenceLimits = {
  /** After a send, the connection is watched this closely for so long. */
  busyMs: 60_000,
  /** Nothing received for so long while busy: asks. */
  askAfterMs: 3_000,
  /** Nothing received for so long after that, either: gone. */
  answerMs: 3_000,
  /** Baileys asks every 30 s by itself, so an idle connection is never silent for longer than that. */
  idleMs: 45_000,
}

const lookEveryMs = 500

export type SilenceWatch = { sending(): void }

/** Ends the connection when it has gone silent. Whoever sends says so. */
export function endWhenSilent(connection: Connection): SilenceWatch {
  const { socket, logger } = connection
  let receivedMs = performance.now()
  let busyUntilMs = 0
  let askedMs: number | undefined
  const received = (): void => {
    receivedMs = performance.now()
    askedMs = undefined
  }
  socket.ws.on('frame', received)

  const look = (): void => {
    if (connection.ended() !== undefined) return
    const nowMs = performance.now()
    const silentMs = nowMs - receivedMs
    if (nowMs > busyUntilMs) {
      if (silentMs > silenceLimits.idleMs) giveUp(silentMs)
    } else if (askedMs !== undefined) {
      if (nowMs - askedMs > silenceLimits.answerMs) giveUp(silentMs)
    } else if (silentMs > silenceLimits.askAfterMs) {
      askedMs = nowMs
      ask()
    }
  }
  // Data that arrived while this process was busy is read before an immediate runs.
  const timer = setInterval(() => setImmediate(look), lookEveryMs)
  timer.unref()
  connection.onEnd(() => {
    clearInterval(timer)
    socket.ws.off('frame', received)
  })

  function ask(): void {
    connection.inBackground(
      socket.sendNode({
        tag: 'iq',
        attrs: { id: socket.generateMessageTag(), to: 's.whatsapp.net', type: 'get', xmlns: 'w:p' },
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
      busyUntilMs = performance.now() + silenceLimits.busyMs
    },
  }
}

/** Baileys' `DisconnectReason.connectionLost`: nobody closed it, nothing came any more. */
export const silentCode = 408
