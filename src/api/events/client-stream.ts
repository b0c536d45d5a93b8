import { frame, retryAfter } from './frames.js'

const retryMs = { usual: 2_000, leastAtDrain: 250, mostAtDrain: 3_000 }

const encoder = new TextEncoder()

/** How the first thing that a client is sent begins: after how long it comes again by itself. */
export const usualRetry = retryAfter(retryMs.usual)

/** What one client is sent, made when its socket takes more and not before. */
export abstract class ClientStream {
  readonly body: ReadableStream<Uint8Array>
  readonly #onEnd: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #isBeatDue = false
  #farewell: string | undefined
  #isOver = false
  #isWoken = false
  #wake: (() => void) | undefined
  #waitsForClientSinceMs = performance.now()

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
    this.body = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller
        },
        pull: async (controller) => await this.#pull(controller),
        cancel: () => this.#end(),
      },
      { highWaterMark: 0 },
    )
  }

  /** What there is to say now, no more than about a socket takes at once; empty where there is nothing. */
  protected abstract next(): Promise<string>

  /** What says that the stream is alive. */
  protected abstract heartbeat(): string

  /** Nothing is said any more. */
  protected abstract release(): void

  protected get isOver(): boolean {
    return this.#isOver
  }

  /** There may be something to say. */
  protected wake(): void {
    this.#isWoken = true
    this.#wake?.()
  }

  /** Ends it once all is said, and this last. */
  protected endWith(farewell: string): void {
    this.#farewell ??= farewell
    this.wake()
  }

  /** Says that it is still there, once it has nothing else to say. */
  beat(): void {
    this.#isBeatDue = true
    this.wake()
  }

  /** How long the client has not taken what it was given. */
  get stalledMs(): number {
    return this.#wake === undefined && !this.#isOver ? performance.now() - this.#waitsForClientSinceMs : 0
  }

  /** Ends it with the hint to come again, at a time of its own: all at once would be a rush. */
  finish(): void {
    const waitMs = retryMs.leastAtDrain + Math.random() * (retryMs.mostAtDrain - retryMs.leastAtDrain)
    this.endWith(retryAfter(waitMs) + frame('reconnect', { afterMs: Math.round(waitMs) }))
  }

  /** The client is gone, or must go. */
  cut(): void {
    if (this.#isOver) return
    this.#end()
    this.#controller?.error(new Error('The stream was cut: its client did not read.'))
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      if (this.#isOver) return
      this.#isWoken = false
      const text = (await this.next()) || this.#beatText()
      if (this.#isOver) return
      if (text !== '') {
        this.#waitsForClientSinceMs = performance.now()
        controller.enqueue(encoder.encode(text))
        return
      }
      if (this.#farewell !== undefined) {
        controller.enqueue(encoder.encode(this.#farewell))
        controller.close()
        this.#end()
        return
      }
      // What came while it looked may not have been seen.
      if (this.#isWoken) continue
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
  }

  #beatText(): string {
    if (!this.#isBeatDue || this.#farewell !== undefined) return ''
    this.#isBeatDue = false
    return this.heartbeat()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.release()
    this.#onEnd()
    this.wake()
  }
}
