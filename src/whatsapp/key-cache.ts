import { LRUCache } from 'lru-cache'

/** Bytes for each account: the keys of some thousand devices. Many accounts share a process. */
const mostBytes = 4_194_304
/** The size of an entry beside its text. */
const entryBytes = 200

/** Keys as they are in Postgres, in JSON; null where there is none. */
export type KeyCache = {
  /** What is known of these, and which of them is not. */
  look(category: string, ids: readonly string[]): { known: Map<string, string | null>; unknown: string[] }
  /** Before a read of what is unknown. Returns what takes its answer, unless something was written meanwhile. */
  reading(category: string): (answers: ReadonlyMap<string, string | null>) => void
  /** Once it is committed. */
  wrote(changes: readonly { category: string; id: string; json: string | null }[]): void
  /** What is in Postgres now is not known: a write is under way, or failed. */
  writes(): void
}

/**
 * One process owns an account's session, fenced by its epoch, so nobody else changes the keys while it lives. Texts and
 * not objects: Baileys changes the objects it is given before it commits them, and a send that failed must not leave them
 * changed.
 */
export function keyCache(): KeyCache {
  const entries = new LRUCache<string, { json: string | null }>({
    maxSize: mostBytes,
    sizeCalculation: ({ json }, key) => entryBytes + 2 * (key.length + (json?.length ?? 0)),
  })
  const place = (category: string, id: string) => `${category} ${id}`
  let writes = 0
  return {
    look(category, ids) {
      const known = new Map<string, string | null>()
      const unknown: string[] = []
      for (const id of ids) {
        const entry = entries.get(place(category, id))
        if (entry) known.set(id, entry.json)
        else unknown.push(id)
      }
      return { known, unknown }
    },
    reading(category) {
      const before = writes
      return (answers) => {
        // It may have been read before what was written since.
        if (writes !== before) return
        for (const [id, json] of answers) entries.set(place(category, id), { json })
      }
    },
    writes() {
      writes += 1
    },
    wrote(changes) {
      writes += 1
      for (const { category, id, json } of changes) entries.set(place(category, id), { json })
    },
  }
}
