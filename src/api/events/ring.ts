import { isAfter, type LoggedEvent, type Position, type RunSnapshot } from '../../store/events/event-log.js'
import { eventFrame, progressFrame } from './frames.js'
import { isInScope, type Owned, type Scope } from './scope.js'

type Entry = Owned & {
  runId: string | null
  /** Missing for progress, which is of the moment and not in the log. */
  position?: Position
  /** Emptied where it is progress and there is newer. */
  text: string
}

/** Whom entries are for: `runId` leaves out those of other runs. */
export type Reader = { scope: Scope; runId?: string }

/** Entries for one reader: their text, where it goes on, and the position of the last that it is past, its own or not. */
export type Taken = { text: string; next: number; past: Position | undefined }

/**
 * The last events, once for all who watch: a client is a number, its place in here, so that a slow one takes no memory.
 * The places are counted from the start of the process.
 */
export class Ring {
  readonly #most: number
  readonly #entries: (Entry | undefined)[]
  readonly #progress = new Map<string, number>()
  #end = 0
  #floor: Position | undefined

  constructor(most: number) {
    this.#most = most
    this.#entries = Array.from({ length: most })
  }

  /** Where the next entry comes. */
  get end(): number {
    return this.#end
  }

  /** The oldest place that is kept. */
  get start(): number {
    return Math.max(0, this.#end - this.#most)
  }

  /** Forgets everything: all events after `floor` will be put in. */
  begin(floor: Position): void {
    this.#entries.fill(undefined)
    this.#progress.clear()
    // No place of before is one of now.
    this.#end += this.#most
    this.#floor = floor
  }

  put(event: LoggedEvent): void {
    const { operator, accountId, runId, position } = event
    this.#add({ operator, accountId, runId, position, text: eventFrame(event) })
  }

  /** Instead of what it was before, for those who have not read that. */
  putProgress(snapshot: RunSnapshot): void {
    const { operator, accountId, runId } = snapshot
    const before = this.#progress.get(runId)
    const entry = before === undefined ? undefined : this.#entries[before % this.#most]
    if (entry) entry.text = ''
    this.#progress.set(runId, this.#end)
    this.#add({ operator, accountId, runId, text: progressFrame(snapshot) })
  }

  /** The place after this position; undefined where some of what comes after it is not kept. */
  placeAfter(position: Position): number | undefined {
    if (this.#floor === undefined || isAfter(this.#floor, position)) return undefined
    for (let place = this.#end; place > this.start; place--) {
      const entry = this.#entries[(place - 1) % this.#most]
      if (entry?.position && !isAfter(entry.position, position)) return place
    }
    return this.start
  }

  /** What is for this reader from `place` on and after `had`, no more than about `mostChars`. */
  take(
    place: number,
    { scope, runId, had }: Reader & { had?: Position | undefined },
    mostChars: number,
  ): Taken {
    let text = ''
    let next = place
    let past = had
    for (; next < this.#end && text.length < mostChars; next++) {
      const entry = this.#entries[next % this.#most]
      if (!entry || entry.text === '') continue
      if (entry.position && !(past && isAfter(past, entry.position))) past = entry.position
      if (runId !== undefined && entry.runId !== runId) continue
      if (had && entry.position && !isAfter(entry.position, had)) continue
      if (isInScope(scope, entry)) text += entry.text
    }
    return { text, next, past }
  }

  #add(entry: Entry): void {
    const slot = this.#end % this.#most
    const evicted = this.#entries[slot]
    if (evicted?.position) this.#floor = evicted.position
    if (evicted && !evicted.position && evicted.runId !== null)
      if (this.#progress.get(evicted.runId) === this.#end - this.#most) this.#progress.delete(evicted.runId)
    this.#entries[slot] = entry
    this.#end += 1
  }
}
