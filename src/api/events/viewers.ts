import { createHash } from 'node:crypto'
import { getEventListeners } from 'node:events'
import type { Logger } from '../../logging.js'
import type { Authenticate } from '../caller.js'

const defaults = {
  /** How long who was signed out or whose token was revoked may go on watching. */
  lookAgainMs: 5_000,
  /** By then who asked has a stream, or a refusal. */
  opensMs: 30_000,
}

type Known = {
  request: Request
  ending: AbortController
  /** The last time that a stream was asked for. */
  askedMs: number
}

/** Those who watch, by a digest of what they were known by: many streams of one token are asked about once. */
export class Viewers {
  readonly #known = new Map<string, Known>()
  readonly #settings: typeof defaults & { authenticate: Authenticate; logger: Logger }
  #timer: NodeJS.Timeout | undefined

  constructor(settings: Partial<typeof defaults> & { authenticate: Authenticate; logger: Logger }) {
    this.#settings = { ...defaults, ...settings }
  }

  /** Aborted when whoever sent the request is no longer known by what it has. */
  whileKnown(request: Request): AbortSignal {
    const { headers } = request
    const id = createHash('sha256')
      .update(headers.get('authorization') ?? headers.get('cookie') ?? '')
      .digest('hex')
    const askedMs = performance.now()
    const one = { request, ending: new AbortController(), ...this.#known.get(id), askedMs }
    this.#known.set(id, one)
    this.#timer ??= setInterval(() => void this.#look(), this.#settings.lookAgainMs).unref()
    return one.ending.signal
  }

  close(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #look(): Promise<void> {
    for (const [id, { request, ending, askedMs }] of this.#known)
      if (this.#isGone(ending.signal, askedMs)) this.#known.delete(id)
      else if (!(await this.#isStillKnown(request))) {
        this.#known.delete(id)
        ending.abort()
      }
    if (this.#known.size === 0) this.close()
  }

  /** Nobody listens, and nobody is about to. */
  #isGone(signal: AbortSignal, askedMs: number): boolean {
    const isOpening = performance.now() - askedMs < this.#settings.opensMs
    return !isOpening && getEventListeners(signal, 'abort').length === 0
  }

  async #isStillKnown(request: Request): Promise<boolean> {
    try {
      return (await this.#settings.authenticate(request)) !== undefined
    } catch (error) {
      // Postgres is away: who was known is asked about again.
      this.#settings.logger.warn({ error }, 'whether those who watch may go on could not be looked up')
      return true
    }
  }
}
