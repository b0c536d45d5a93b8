import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../../src/stack/ports.js'

type Pair = { near: Socket; far: Socket | undefined }

/**
 * A TCP way to a service that can be broken. Cut: connections are reset and new ones refused at once. Frozen: they
 * stay open in both directions and carry nothing, as behind a firewall that has lost its state; new ones are taken
 * and get no answer.
 */
export class TcpProxy {
  readonly #pairs = new Set<Pair>()
  #target: { host: string; port: number }
  #server: Server | undefined
  /** Its own also while it is cut: nobody else is given one of these by chance. */
  readonly #port: number
  #state: 'open' | 'frozen' | 'cut' = 'open'

  private constructor(target: { host: string; port: number }, port: number) {
    this.#target = target
    this.#port = port
  }

  /** @param url of the service; `url` of the proxy is the same one by way of here */
  static async to(url: string): Promise<TcpProxy & { url: string }> {
    const isAddress = !url.includes('://')
    const target = new URL(isAddress ? `tcp://${url}` : url)
    const proxy = new TcpProxy({ host: target.hostname, port: Number(target.port) }, await freePort())
    await proxy.#listen()
    const through = isAddress
      ? `127.0.0.1:${proxy.#port}`
      : Object.assign(new URL(url), { host: `127.0.0.1:${proxy.#port}` }).toString()
    return Object.assign(proxy, { url: through })
  }

  /** Nothing goes through any more, and nobody is told. */
  freeze(): void {
    this.#state = 'frozen'
    for (const { near, far } of this.#pairs) {
      near.pause()
      far?.pause()
    }
  }

  /** Every connection is reset, and new ones are refused. */
  async cut(): Promise<void> {
    this.#state = 'cut'
    await this.#stopListening()
  }

  /** New connections go to another service; those that are open stay where they are. */
  moveTo(url: string): void {
    const { hostname, port } = new URL(url)
    this.#target = { host: hostname, port: Number(port) }
  }

  /** As before the fault; what was held back by a freeze goes on its way now. */
  async restore(): Promise<void> {
    const was = this.#state
    this.#state = 'open'
    if (was === 'cut') await this.#listen()
    for (const pair of this.#pairs) {
      if (!pair.far) this.#join(pair)
      pair.near.resume()
      pair.far?.resume()
    }
  }

  async close(): Promise<void> {
    this.#state = 'cut'
    await this.#stopListening()
  }

  async #stopListening(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()))
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy()
      far?.resetAndDestroy()
    }
    await closed
  }

  async #listen(): Promise<void> {
    const server = createServer({ pauseOnConnect: true }, (near) => {
      const pair: Pair = { near, far: undefined }
      this.#pairs.add(pair)
      near.on('error', () => near.destroy())
      near.on('close', () => {
        this.#pairs.delete(pair)
        pair.far?.destroy()
      })
      if (this.#state === 'open') {
        this.#join(pair)
        near.resume()
      }
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#server = server
  }

  #join(pair: Pair): void {
    const { near } = pair
    const far = connect(this.#target)
    pair.far = far
    far.on('error', () => far.destroy())
    far.on('close', () => near.destroy())
    near.on('data', (bytes: Buffer) => far.write(bytes))
    far.on('data', (bytes: Buffer) => near.write(bytes))
  }
}
