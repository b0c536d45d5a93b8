import { isAfter, type Position } from '../../store/events/event-log.js'
import { ClientStream, usualRetry } from './client-stream.js'
import { eventFrame, frame, heartbeat, parsePosition } from './frames.js'
import type { EventHub } from './hub.js'
import type { Reader } from './ring.js'
import { isInScope } from './scope.js'

/** About as much as a socket's buffer takes at once. */
const chunkChars = 16_384
/** Further behind than this, and reading the state again is less work. */
const mostPages = 20

/**
 * What one client is told of what changes: what it has not taken is a place in the ring, which it shares with all others.
 */
export class EventStream extends ClientStream {
  readonly #hub: EventHub
  readonly #reader: Reader
  readonly #unwatch: () => void
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
    super(onEnd)
    this.#hub = hub
    this.#reader = reader
    this.#present = present
    this.#generation = hub.generation
    this.#first = usualRetry + this.#begin(lastEventId)
    this.#unwatch = hub.watch(() => this.wake())
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

  protected override async next(): Promise<string> {
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
      return present
    }
    return text
  }

  protected override heartbeat(): string {
    const { position } = this.#hub
    // It may have come from a process that has read further.
    return heartbeat(this.#has && position && isAfter(this.#has, position) ? this.#has : position)
  }

  protected override release(): void {
    this.#unwatch()
  }

  async #fromLog(): Promise<string> {
    const { ring } = this.#hub
    const { scope, runId } = this.#reader
    while (this.#place === undefined && !this.isOver) {
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
}
