import type { BinaryNode } from './baileys.js'

/** The server's answer to one message: a code when it was refused, and how long nothing is to be sent, where it says so. */
export type Ack = { refusedWith: number | undefined; backoffMs?: number | undefined }

const mostBackoffSeconds = 86_400

type RawNodes = {
  on(event: string, listener: (node: BinaryNode) => void): unknown
  off(event: string, listener: (node: BinaryNode) => void): unknown
}

export type Acks = {
  /** Listens from now on, so it is called before the message is written. */
  expect: (messageId: string) => { ack: Promise<Ack>; forget: () => void }
  stop: () => void
}

/**
 * Hands each message its ack. There is one listener for all of them: a good ack raises no event of Baileys, and a
 * raw listener for each message would run into the emitter's limit.
 */
export function listenForAcks(nodes: RawNodes): Acks {
  const waiting = new Map<string, Set<(ack: Ack) => void>>()

  const onAck = ({ attrs }: BinaryNode): void => {
    const { id, error, backoff } = attrs
    if (id === undefined) return
    const ack: Ack = { refusedWith: error === undefined ? undefined : Number(error) || 0 }
    // WhatsApp Web takes 0 to 86,400 (WASmaxInMessagePublishNegativeAckMixin): seconds, it seems.
    const seconds = Number(backoff)
    if (seconds > 0 && seconds <= mostBackoffSeconds) ack.backoffMs = 1_000 * seconds
    for (const settle of waiting.get(id) ?? []) settle(ack)
  }
  nodes.on('CB:ack', onAck)

  return {
    expect(messageId) {
      const { promise, resolve } = withResolver<Ack>()
      const others = waiting.get(messageId) ?? new Set()
      waiting.set(messageId, others.add(resolve))
      return {
        ack: promise,
        forget() {
          others.delete(resolve)
          if (others.size === 0) waiting.delete(messageId)
        },
      }
    },
    stop: () => nodes.off('CB:ack', onAck),
  }
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
