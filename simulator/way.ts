/** The way of each connection to the server: as slow, lossy or dead as it was told to be. */
import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Network, NetworkDirection } from './contract.js'

// What a router holds before TCP is told to wait.
const ROUTER_BYTES = 64 * 1024
const SEGMENT_BYTES = 1_400
// The least time after which TCP sends a segment again.
const LEAST_AGAIN_MS = 200

const GOOD: Network = { frozen: false }

export class Networks {
  readonly #ofAccounts = new Map<string, Network>()
  readonly #ways = new Set<Way>()
  #ofAll: Network = GOOD

  /** From now on, for connections that are open, too. */
  set(network: Network, account?: string): void {
    if (account === undefined) this.#ofAll = network
    else this.#ofAccounts.set(account, network)
    for (const way of this.#ways) way.look()
  }

  of(account: string | undefined): Network {
    return (account === undefined ? undefined : this.#ofAccounts.get(account)) ?? this.#ofAll
  }

  /** A listener whose connections go such a way to `server`, which listens nowhere itself. */
  inFrontOf(server: { emit(event: 'connection', connection: Duplex): unknown }): Server {
    return createServer({ noDelay: true }, (socket) => {
      const way = new Way(socket, this)
      this.#ways.add(way)
      way.on('close', () => this.#ways.delete(way))
      server.emit('connection', way)
    })
  }

  /** Closes what `inFrontOf` listens with, and every connection that came that way. */
  async shut(front: Server): Promise<void> {
    if (!front.listening) return
    const closed = once(front, 'close')
    const { port } = front.address() as AddressInfo
    front.close()
    for (const way of this.#ways) if (way.port === port) way.destroy()
    await closed
  }
}

/** A socket for the server. What comes in and goes out takes as long as the network of its account says. */
export class Way extends Duplex {
  /** Known from the log-in on. */
  account: string | undefined
  readonly port: number | undefined
  readonly #socket: Socket
  readonly #up: Line
  readonly #down: Line
  #written: (() => void) | undefined

  constructor(socket: Socket, networks: Networks) {
    super({ allowHalfOpen: true })
    this.#socket = socket
    this.port = socket.localPort
    const network = () => networks.of(this.account)
    this.#up = new Line(network, 'up', (bytes) => this.push(bytes))
    this.#down = new Line(network, 'down', (bytes) => socket.write(bytes))
    this.#up.onRoom = () => socket.resume()
    this.#down.onRoom = () => {
      const written = this.#written
      this.#written = undefined
      written?.()
    }
    socket.on('data', (bytes: Buffer) => {
      this.#up.carry(bytes)
      if (this.#up.isFull) socket.pause()
    })
    socket.on('end', () => this.#up.whenEmpty(() => this.push(null)))
    socket.on('error', (error) => this.destroy(error))
    socket.on('close', () => this.destroy())
  }

  look(): void {
    this.#up.look()
    this.#down.look()
  }

  // What comes in is pushed whether or not it is read: the server reads all there is.
  override _read(): void {}

  override _write(bytes: Buffer, _: BufferEncoding, done: () => void): void {
    this.#down.carry(bytes)
    if (this.#down.isFull) this.#written = done
    else done()
  }

  override _final(done: () => void): void {
    this.#down.whenEmpty(() => this.#socket.end(done))
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#up.stop()
    this.#down.stop()
    this.#socket.destroy()
    done(error)
  }
}

/** One direction. TCP keeps the order: what is lost holds up all that was sent after it. */
class Line {
  onRoom: () => void = () => undefined
  readonly #network: () => Network
  readonly #direction: 'up' | 'down'
  readonly #deliver: (bytes: Buffer) => void
  readonly #queue: { atMs: number; bytes: Buffer }[] = []
  #queued = 0
  #freeMs = 0
  #lastMs = 0
  #timer: NodeJS.Timeout | undefined
  #emptied: (() => void)[] = []
  #seed = 1

  constructor(network: () => Network, direction: 'up' | 'down', deliver: (bytes: Buffer) => void) {
    this.#network = network
    this.#direction = direction
    this.#deliver = deliver
  }

  get #limits(): NetworkDirection | undefined {
    return this.#network()[this.#direction]
  }

  get isFull(): boolean {
    const { bytesPerSecond, latencyMs = 0 } = this.#limits ?? {}
    if (bytesPerSecond === undefined) return this.#network().frozen && this.#queued > ROUTER_BYTES
    return this.#queued > ROUTER_BYTES + (bytesPerSecond * latencyMs) / 1_000
  }

  carry(bytes: Buffer): void {
    if (this.#limits === undefined && this.#queue.length === 0 && !this.#network().frozen) {
      this.#deliver(bytes)
      return
    }
    for (let start = 0; start < bytes.length; start += SEGMENT_BYTES)
      this.#send(bytes.subarray(start, start + SEGMENT_BYTES))
    this.look()
  }

  #send(segment: Buffer): void {
    const { bytesPerSecond, latencyMs = 0, loss = 0 } = this.#limits ?? {}
    const nowMs = performance.now()
    this.#freeMs =
      Math.max(this.#freeMs, nowMs) +
      (bytesPerSecond === undefined ? 0 : (1_000 * segment.length) / bytesPerSecond)
    this.#lastMs = Math.max(this.#lastMs, this.#freeMs + latencyMs + this.#stallMs(loss))
    this.#queue.push({ atMs: this.#lastMs, bytes: segment })
    this.#queued += segment.length
  }

  /** A segment that is lost is sent again after a round trip, and later each time. */
  #stallMs(loss: number): number {
    const { up, down } = this.#network()
    let againMs = Math.max(LEAST_AGAIN_MS, (up?.latencyMs ?? 0) + (down?.latencyMs ?? 0))
    let stallMs = 0
    for (; this.#random() < loss; againMs *= 2) stallMs += againMs
    return stallMs
  }

  /** The same for each connection, so that a test is the same each time. */
  #random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647
    return this.#seed / 2_147_483_647
  }

  look(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#network().frozen) return
    const nowMs = performance.now()
    while (this.#queue[0] !== undefined && this.#queue[0].atMs <= nowMs) {
      const { bytes } = this.#queue.shift() ?? { bytes: Buffer.alloc(0) }
      this.#queued -= bytes.length
      this.#deliver(bytes)
    }
    if (!this.isFull) this.onRoom()
    const next = this.#queue[0]
    if (next !== undefined) this.#timer = setTimeout(() => this.look(), Math.max(1, next.atMs - nowMs))
    else for (const emptied of this.#emptied.splice(0)) emptied()
  }

  whenEmpty(emptied: () => void): void {
    if (this.#queue.length === 0) emptied()
    else this.#emptied.push(emptied)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#queue.length = 0
    this.#emptied = []
  }
}
