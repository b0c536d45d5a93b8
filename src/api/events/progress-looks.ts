import { LRUCache } from 'lru-cache'
import { isFinalRun } from '../../domain/states.js'
import { isStorableText } from '../../domain/storable-text.js'
import type { Queryable } from '../../store/database.js'
import { runSnapshots, type RunSnapshot } from '../../store/events/event-log.js'
import { isInScope, type Scope } from './scope.js'

/** Between two looks; longer where a look takes long, so that they take a twentieth of the time at most. */
const everyMs = 500
const shareOfTime = 20
const mostAtOnce = 200
const mostKnown = 1_000

type Answer = (found: RunSnapshot | undefined | Error) => void

/** The progress of the runs that change: read for all who watch at once, a few times a second at most. */
export class ProgressLooks {
  readonly #known = new LRUCache<string, { snapshot: RunSnapshot; text: string; atMs: number }>({
    max: mostKnown,
  })
  readonly #changed = new Set<string>()
  readonly #asked = new Map<string, Answer[]>()
  #dueMs = 0

  /** The run's progress is another one. */
  mark(runId: string): void {
    this.#changed.add(runId)
  }

  /**
   * Not older than the time between two looks; undefined where there is no such run. Another look must follow. A run of somebody
   * else is looked for like one that is not there: how long it takes says nothing of it.
   */
  async ask(runId: string, scope: Scope): Promise<RunSnapshot | undefined> {
    // No run has such an id, and Postgres would refuse the look at all the others with it.
    if (!isStorableText(runId)) return undefined
    const known = this.#known.get(runId)
    const isFresh = known && !this.#changed.has(runId) && performance.now() - known.atMs < everyMs
    if (isFresh && isInScope(scope, known.snapshot)) return known.snapshot
    return await new Promise((resolve, reject) => {
      const answer: Answer = (found) => (found instanceof Error ? reject(found) : resolve(found))
      this.#asked.set(runId, [...(this.#asked.get(runId) ?? []), answer])
    })
  }

  seen(runId: string): RunSnapshot | undefined {
    return this.#known.peek(runId)?.snapshot
  }

  get isAsked(): boolean {
    return this.#asked.size > 0
  }

  /** As last seen, of the runs that were not over then. */
  underWay(): RunSnapshot[] {
    return [...this.#known.values()].map(({ snapshot }) => snapshot).filter(({ state }) => !isFinalRun(state))
  }

  /** Until the next look; undefined while there is nothing to look at. */
  get waitMs(): number | undefined {
    if (this.#changed.size + this.#asked.size === 0) return undefined
    return Math.max(0, this.#dueMs - performance.now())
  }

  /** @returns what is not as it was */
  async look(db: Queryable): Promise<RunSnapshot[]> {
    const startedMs = performance.now()
    const ids = [...new Set([...this.#asked.keys(), ...this.#changed])].slice(0, mostAtOnce)
    for (const id of ids) this.#changed.delete(id)
    const found = new Map((await runSnapshots(db, ids)).map((snapshot) => [snapshot.runId, snapshot]))
    const atMs = performance.now()
    this.#dueMs = startedMs + Math.max(everyMs, shareOfTime * (atMs - startedMs))
    const news: RunSnapshot[] = []
    for (const id of ids) {
      const snapshot = found.get(id)
      if (snapshot) {
        const text = JSON.stringify(snapshot)
        if (this.#known.get(id)?.text !== text) news.push(snapshot)
        this.#known.set(id, { snapshot, text, atMs })
      } else this.#known.delete(id)
      for (const answer of this.#take(id)) answer(snapshot)
    }
    return news
  }

  /** Nobody can look now. */
  fail(error: Error): void {
    for (const id of this.#asked.keys()) for (const answer of this.#take(id)) answer(error)
  }

  #take(id: string): Answer[] {
    const answers = this.#asked.get(id) ?? []
    this.#asked.delete(id)
    return answers
  }
}
