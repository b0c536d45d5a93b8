/** One socket of a client: handshake, then nodes in both directions, in order. */
import { decodeBinaryNode, encodeBinaryNode } from '@whiskeysockets/baileys'
import type { WebSocket } from 'ws'
import type { DisconnectHow } from './contract.js'
import { messageOf } from './failure.js'
import { frame, FrameReader } from './frames.js'
import { node, type BinaryNode } from './node.js'
import { NoiseResponder, type ClientFinish, type NoiseServer } from './noise.js'

export type Identified = { account: string; device: number }

type Handlers = {
  finished: (connection: Connection, finish: ClientFinish) => void
  node: (connection: Connection, received: BinaryNode) => Promise<void> | void
  closed: (connection: Connection) => void
  failed: (error: unknown) => void
}

// Clients decode a frame asynchronously: a close right behind the last node would overtake it.
const CLOSE_AFTER_MS = 50
const PROTOCOL_ERROR = 1002

const FAREWELLS: Record<Exclude<DisconnectHow, 'close'>, BinaryNode> = {
  restart: node('stream:error', { code: '515' }),
  loggedOut: node('stream:error', { code: '401' }, [node('conflict', { type: 'device_removed' })]),
  replaced: node('stream:error', {}, [node('conflict', { type: 'replaced' })]),
  unavailable: node('stream:error', { code: '503' }),
  forcedLogout: node('stream:error', { code: '516' }),
  accountLocked: node('stream:error', {}, [node('conflict', { type: 'account_locked' })]),
  unknownCode: node('stream:error', { code: '478' }),
  forbidden: node('failure', { reason: '403', location: 'simulator' }),
}

export class Connection {
  identified: Identified | undefined
  readonly #socket: WebSocket
  readonly #noise: NoiseResponder
  readonly #frames = new FrameReader()
  readonly #handlers: Handlers
  #stage: 'hello' | 'finish' | 'nodes' = 'hello'
  #queue = Promise.resolve()
  #leaving = false

  constructor(socket: WebSocket, server: NoiseServer, handlers: Handlers) {
    this.#socket = socket
    this.#noise = new NoiseResponder(server)
    this.#handlers = handlers
    socket.binaryType = 'nodebuffer'
    socket.on('message', (data) => {
      this.#queue = this.#queue.then(() => this.#receive(data as Buffer)).catch((error) => this.#fail(error))
    })
    socket.on('close', () => handlers.closed(this))
    socket.on('error', (error) => handlers.failed(error))
  }

  get open(): boolean {
    return !this.#leaving && this.#socket.readyState === this.#socket.OPEN
  }

  send(sent: BinaryNode): void {
    if (this.open) this.#socket.send(frame(this.#noise.seal(encodeBinaryNode(sent))))
  }

  disconnect(how: DisconnectHow): void {
    if (how === 'close') {
      this.#leaving = true
      this.#socket.terminate()
    } else this.leave(FAREWELLS[how])
  }

  /** Says why, then closes. */
  leave(farewell: BinaryNode): void {
    this.send(farewell)
    this.#leaving = true
    setTimeout(() => this.#socket.close(), CLOSE_AFTER_MS)
  }

  async #receive(data: Buffer): Promise<void> {
    for (const bytes of this.#frames.read(data)) {
      if (this.#leaving) return
      switch (this.#stage) {
        case 'hello':
          this.#socket.send(frame(this.#noise.hello(bytes)))
          this.#stage = 'finish'
          break
        case 'finish': {
          const finish = this.#noise.finish(bytes)
          this.#stage = 'nodes'
          this.#handlers.finished(this, finish)
          break
        }
        case 'nodes':
          await this.#handlers.node(this, await decodeBinaryNode(this.#noise.open(bytes)))
      }
    }
  }

  #fail(error: unknown): void {
    this.#handlers.failed(error)
    this.#socket.close(PROTOCOL_ERROR, messageOf(error).slice(0, 100))
  }
}
