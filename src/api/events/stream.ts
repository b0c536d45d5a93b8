import { isAfter, type Position } from '../../store/events/event-log.js'
import { eventFrame, frame, heartbeat, parsePosition, retryAfter } from './frames.js'
import type { EventHub } from './hub.js'
import type { Reader } from './ring.js'
import { isInScope } from './scope.js'

/** About as much as a socket's buffer takes at once. */
const chunkChars = 16_384
/** Further behind than this, and reading the state again is less work. */
const mostPages = 20
const retryMs = { usual: 2_000, leastAtDrain: 250, mostAtDrain: 3_000 }

const encoder = new TextEncoder()

/**
 * What one client is sent, made when its socket takes more and not before: what it has not taken is a place in the ring,
 * which it shares with all others.
 */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>
  readonly #hub: EventHub
  readonly #reader: Reader
  readonly #onEnd: () => void
  readonly #unwatch: () => void
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #first: string
  /** Told once the client has what it missed: of the moment, and so not before what was. */
  #present: (() => string) | undefined
  /** The place in the ring; undefined while it reads the log. */
  #place: number | undefined
  /** What it has of the log, as far as that is known. */
  #has: Position | undefined
  /** Pages of the log since it was last up to the ring. */
  #pages = 0
  #generation: number
  #isBeatDue = false
  #farewell: string | undefined
  #isOver = false
  #wake: (() => void) | undefined
  #waitsForClientSinceMs = performance.now()

  /** @param lastEventId where the client was, as it says @param present the progress that it begins with */
  constructor(
    hub: EventHub,
    reader: Reader,
    {
      lastEventId,
      present,
      onEnd,
    }: { lastEventId: string | undefined; present: () => string; onEnd: () => void },
  ) {
    this.#hub = hub
    this.#reader = reader
    this.#onEnd = onEnd
    this.#present = present
    this.#generation = hub.generation
    this.#first = retryAfter(retryMs.usual) + this.#begin(lastEventId)
    this.#unwatch = hub.watch(() => this.#wake?.())
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

  /** Says that it is still there, once it has nothing else to say. */
  beat(): void {
    this.#isBeatDue = true
    this.#wake?.()
  }

  /** How long the client has not taken what it was given. */
  get stalledMs(): number {
    return this.#wake === undefined && !this.#isOver ? performance.now() - this.#waitsForClientSinceMs : 0
  }

  /** Ends it with the hint to come again, at a time of its own: all at once would be a rush. */
  finish(): void {
    const waitMs = retryMs.leastAtDrain + Math.random() * (retryMs.mostAtDrain - retryMs.leastAtDrain)
    this.#farewell ??= retryAfter(waitMs) + frame('reconnect', { afterMs: Math.round(waitMs) })
    this.#wake?.()
  }

  /** The client is gone, or must go. */
  cut(): void {
    if (this.#isOver) return
    this.#end()
    this.#controller?.error(new Error('The stream was cut: its client did not read.'))
  }

  #begin(lastEventId: string | undefined): string {
    const { ring, position } = this.#hub
    this.#place = ring.end
    this.#has = position
    if (lastEventId === undefined || lastEventId === '') return frame('ready', {}, position)
    const had = parsePosition(lastEventId)
    if (!had || had.log !== position?.log) return this.#reset()
    this.#has = had
    this.#place = ring.placeAfter(had)
    return ''
  }

  #reset(): string {
    this.#place = this.#hub.ring.end
    this.#has = this.#hub.position
    this.#pages = 0
    this.#generation = this.#hub.generation
    return frame(
      'reset',
      { do: 'Read the state again: what changed meanwhile is not told.' },
      this.#hub.position,
    )
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      if (this.#isOver) return
      const text = await this.#next()
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
      await new Promise<void>((resolve) => (this.#wake = resolve))
      this.#wake = undefined
    }
  }

  /** Empty where there is nothing now. */
  async #next(): Promise<string> {
    if (this.#first !== '') {
      const text = this.#first
      this.#first = ''
      return text
    }
    const { ring } = this.#hub
    // A place of before would be of other events.
    if (this.#generation !== this.#hub.generation) return this.#reset()
    // What it was too slow for is in the log.
    if (this.#place !== undefined && this.#place < ring.start) this.#place = undefined
    if (this.#place === undefined) {
      const text = await this.#fromLog()
      if (text !== '' || this.#place === undefined) return text
    }
    const { text, next, past } = ring.take(this.#place, { ...this.#reader, had: this.#has }, chunkChars)
    this.#place = next
    this.#has = past
    this.#pages = 0
    if (text === '' && this.#present) {
      const present = this.#present()
      this.#present = undefined
      if (present !== '') return present
    }
    if (text !== '' || this.#farewell !== undefined || !this.#isBeatDue) return text
    this.#isBeatDue = false
    const { position } = this.#hub
    // It may have come from a process that has read further.
    return heartbeat(this.#has && position && isAfter(this.#has, position) ? this.#has : position)
  }

  async #fromLog(): Promise<string> {
    const { ring } = this.#hub
    const { scope, runId } = this.#reader
    while (this.#place === undefined && !this.#isOver) {
      if (!this.#has || this.#pages >= mostPages) return this.#reset()
      this.#pages += 1
      const read = await this.#hub.page(this.#has, typeof scope === 'string' ? scope : undefined)
      if (read.kind === 'gone') return this.#reset()
      if (isAfter(read.until, this.#has)) this.#has = read.until
      this.#place = ring.placeAfter(this.#has)
      const mine = read.events.filter(
        (event) => (runId === undefined || event.runId === runId) && isInScope(scope, event),
      )
      if (mine.length > 0) return mine.map((event) => eventFrame(event)).join('')
    }
    return ''
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#unwatch()
    this.#onEnd()
    this.#wake?.()
  }
}
