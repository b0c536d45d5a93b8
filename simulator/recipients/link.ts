/** The server's end of the recipients' process: starts it, feeds it, hears what was read. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Downloaded } from '../contract.js'
import type {
  Delivery,
  FromRecipients,
  Sealed,
  SealedMedia,
  ToRecipients,
  Writing,
  Written,
} from './messages.js'

export type Restored = { deliveries: Delivery[]; lastOrder: number }
type Handlers = { delivered: (delivery: Delivery) => void; died: (error: Error) => void }
type Options = {
  stateDir: string
  seed: Buffer
  caFile: string
  installations: ReadonlyMap<string, number>
}

const compiledName = import.meta.url.endsWith('.ts') ? './process.ts' : './process.js'

export class RecipientsLink {
  readonly #child: ChildProcess
  readonly #downloads = new Map<number, (result: Downloaded) => void>()
  readonly #writings = new Map<number, (written: Written) => void>()
  #nextRequest = 1
  #closing = false

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(
    options: Options,
    handlers: Handlers,
  ): Promise<{ link: RecipientsLink; restored: Restored }> {
    const { NODE_OPTIONS: _theApps, ...environment } = process.env
    const child = fork(fileURLToPath(new URL(compiledName, import.meta.url)), [], {
      serialization: 'advanced',
      // It downloads media from our own HTTPS server, as a phone would.
      env: { ...environment, NODE_EXTRA_CA_CERTS: options.caFile },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const link = new RecipientsLink(child)
    const restored = await new Promise<Restored>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        const error = new Error(`The process of the recipients ended (${signal ?? `code ${code}`})`)
        reject(error)
        if (!link.#closing) handlers.died(error)
      })
      child.on('message', (message) => link.#receive(message as FromRecipients, handlers, resolve))
      const { stateDir, seed, installations } = options
      link.#tell({ kind: 'start', stateDir, seed, installations })
    })
    return { link, restored }
  }

  deliver(sealed: Sealed): void {
    this.#tell({ kind: 'deliver', sealed })
  }

  /** After everything that was delivered before. */
  reinstall(reader: string, installation: number): void {
    this.#tell({ kind: 'reinstall', reader, installation })
  }

  async download(media: SealedMedia, host: string): Promise<Downloaded> {
    const request = this.#nextRequest++
    return new Promise((resolve) => {
      this.#downloads.set(request, resolve)
      this.#tell({ kind: 'download', request, media, host })
    })
  }

  /** In the order of the calls. */
  async write(writing: Writing): Promise<Written> {
    const request = this.#nextRequest++
    return new Promise((resolve) => {
      this.#writings.set(request, resolve)
      this.#tell({ kind: 'write', request, writing })
    })
  }

  async close(): Promise<void> {
    this.#closing = true
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.disconnect()
    await ended
  }

  #tell(message: ToRecipients): void {
    if (this.#child.connected) this.#child.send(message)
  }

  #receive(message: FromRecipients, handlers: Handlers, restored: (state: Restored) => void): void {
    switch (message.kind) {
      case 'restored':
        restored(message)
        return
      case 'delivered':
        handlers.delivered(message.delivery)
        return
      case 'written':
        this.#writings.get(message.request)?.(message.written)
        this.#writings.delete(message.request)
        return
      case 'downloaded':
        this.#downloads.get(message.request)?.(message.result)
        this.#downloads.delete(message.request)
    }
  }
}
