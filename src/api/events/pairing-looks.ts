import type { Queryable } from '../../store/database.js'
import { watchedPairings, type WatchedPairing } from '../../store/accounts/pairing.js'

/** What there is to show of the pairings that somebody watches: read when it changes, once for all who watch. */
export class PairingLooks {
  readonly #watched = new Map<string, { watchers: number; seen?: WatchedPairing | null }>()
  readonly #changed = new Set<string>()

  /** From now on it is looked at, until the result is called. */
  watch(accountId: string): () => void {
    const one = this.#watched.get(accountId) ?? { watchers: 0 }
    this.#watched.set(accountId, one)
    one.watchers += 1
    // Who begins to watch has seen it, perhaps later than this.
    delete one.seen
    this.mark(accountId)
    return () => {
      one.watchers -= 1
      if (one.watchers === 0) this.#watched.delete(accountId)
    }
  }

  /** It may be another one. */
  mark(accountId: string): void {
    if (this.#watched.has(accountId)) this.#changed.add(accountId)
  }

  markAll(): void {
    for (const accountId of this.#watched.keys()) this.#changed.add(accountId)
  }

  /** As last seen; null where there is no such account, undefined before the first look. */
  seen(accountId: string): WatchedPairing | null | undefined {
    return this.#watched.get(accountId)?.seen
  }

  get isLookDue(): boolean {
    return this.#changed.size > 0
  }

  async look(db: Queryable): Promise<void> {
    const ids = [...this.#changed]
    this.#changed.clear()
    const found = new Map((await watchedPairings(db, ids)).map((pairing) => [pairing.accountId, pairing]))
    for (const id of ids) {
      const one = this.#watched.get(id)
      if (one) one.seen = found.get(id) ?? null
    }
  }
}
