import { setTimeout as delay } from 'node:timers/promises'
import type { Service } from '../../src/stack/service.js'
import { messageOf } from '../../src/stack/errors.js'
import type { Journal } from './journal.js'

const startTries = 20
const betweenTriesMs = 500

/** Temporal or Postgres: started, killed and started again on the same port and the same data. */
export class Server {
  #service: Service | undefined
  #busy = false
  /** Resolves when it runs again. */
  #ready: Promise<void> = Promise.resolve()

  constructor(
    readonly name: 'Temporal' | 'Postgres',
    private readonly open: () => Promise<Service>,
    private readonly journal: Journal,
  ) {}

  get pid(): number | undefined {
    return this.#service?.identity.pid
  }

  get isUp(): boolean {
    return this.#service !== undefined
  }

  /** After a kill, Postgres' own children may hold its memory for a moment, and it refuses to start until then. */
  async start(): Promise<void> {
    for (let tries = 1; ; tries++)
      try {
        this.#service = await this.open()
        return
      } catch (error) {
        this.journal.write('start failed', { server: this.name, tries, error: messageOf(error) })
        if (tries === startTries) throw error
        await delay(betweenTriesMs)
      }
  }

  /** Ends it now and starts it again after `downMs`. False when it is not running anyway. */
  kill(signal: NodeJS.Signals, downMs: number): boolean {
    const service = this.#service
    if (!service || this.#busy) return false
    this.#busy = true
    this.#service = undefined
    process.kill(service.identity.pid, signal)
    const again = async () => {
      await service.exited
      await delay(downMs)
      await this.start()
      this.#busy = false
      this.journal.write('up again', { server: this.name })
    }
    this.#ready = again()
    this.#ready.catch(() => undefined) // whoever waits for `up` hears of it
    return true
  }

  async up(): Promise<void> {
    await this.#ready
  }

  async close(): Promise<void> {
    await this.#ready.catch(() => undefined)
    await this.#service?.stop()
  }
}
