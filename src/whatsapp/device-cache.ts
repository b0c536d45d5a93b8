import type { SocketConfig } from './baileys.js'

type Devices = { user: string; device?: number | undefined }[]

/** Which devices each user has, as Baileys keeps it; with it we know what a relay would have to ask for. */
export type DeviceCache = NonNullable<SocketConfig['userDevicesCache']> & {
  /** Whether it is known; also of a user without any device. */
  has(user: string): boolean
  /** Notes a user without devices, by WhatsApp's answer: Baileys would ask at every message. */
  setNone(user: string): void
}

// Baileys' own time to live of this cache (rc14). Notifications keep it true meanwhile.
const keptMs = 5 * 60_000

export function deviceCache(): DeviceCache {
  /** In the order in which they end. */
  const kept = new Map<string, { value: unknown; untilMs: number }>()
  const read = (user: string): unknown => {
    const entry = kept.get(user)
    if (entry === undefined || entry.untilMs > performance.now()) return entry?.value
    kept.delete(user)
    return undefined
  }
  const write = (user: string, value: unknown): void => {
    const nowMs = performance.now()
    kept.delete(user)
    kept.set(user, { value, untilMs: nowMs + keptMs })
    // A member whose group gets nothing more is never read again.
    for (const [oldest, { untilMs }] of kept) {
      if (untilMs > nowMs) break
      kept.delete(oldest)
    }
  }
  return {
    get: <T>(user: string) => read(user) as T | undefined,
    set: write,
    del: (user) => kept.delete(user),
    flushAll: () => kept.clear(),
    mget: async <T>(users: string[]) =>
      await Promise.resolve(
        Object.fromEntries(users.map((user) => [user, read(user)])) as Record<string, T | undefined>,
      ),
    mset: (entries) => {
      for (const { key, value } of entries) write(key, value)
    },
    has: (user) => read(user) !== undefined,
    setNone: (user) => write(user, [] satisfies Devices),
  }
}
