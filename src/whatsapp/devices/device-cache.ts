import { jidEncode, type FullJid, type SocketConfig } from '../baileys.js'

/** One device of a user, in the shape in which Baileys keeps it. */
export type Device = Pick<FullJid, 'user' | 'device'> & { server: FullJid['server'] }

/** What WhatsApp says of a user; `isRefused` where it did not tell which devices there are. */
export type UserDevices = { devices: Device[]; isRefused: boolean }

/**
 * Which devices each user has, and which of them are left out of messages for now, because WhatsApp has no usable keys
 * of them. Baileys sees only the others: what it does not see it neither asks for inside the account's transaction nor
 * notes as having a group's key.
 */
export type DeviceCache = NonNullable<SocketConfig['userDevicesCache']> & {
  /** All of them, also those that are left out; undefined where WhatsApp has to be asked. */
  known: (user: string) => UserDevices | undefined
  /** What WhatsApp said of these users. */
  learn: (answers: ReadonlyMap<string, UserDevices>) => void
  /** Hides this device until it is taken in; its keys are worth asking for after a while, each time a longer one. */
  leaveOut: (jid: string) => void
  takeIn: (jid: string) => void
  isLeftOut: (jid: string) => boolean
  /** Whether its keys are worth asking for. */
  mayHaveKeys: (jid: string) => boolean
}

// Baileys' own time to live of this cache (rc14). Notifications keep it true meanwhile.
const freshMs = 5 * 60_000
// Longer than a message waits between the question and its relay: Baileys asks for whom it does not find.
const keptMs = 2 * freshMs

const leftOutMs = { first: 5 * 60_000, most: 60 * 60_000 }

export function jidOf({ user, server, device }: Device): string {
  return jidEncode(user, server, device)
}

export function deviceCache(): DeviceCache {
  /** In the order in which they end. */
  const kept = new Map<string, UserDevices & { sinceMs: number }>()
  const leftOut = new Map<string, { untilMs: number; forMs: number }>()

  const read = (user: string, withinMs: number): UserDevices | undefined => {
    const entry = kept.get(user)
    return entry !== undefined && performance.now() < entry.sinceMs + withinMs ? entry : undefined
  }

  const write = (user: string, { devices, isRefused }: UserDevices): void => {
    const nowMs = performance.now()
    const still = new Set(devices.map(jidOf))
    for (const jid of jidsOf(user)) if (!still.has(jid)) leftOut.delete(jid)
    kept.delete(user)
    kept.set(user, { devices, isRefused, sinceMs: nowMs })
    // A member whose group gets nothing more is never read again.
    for (const [oldest, { sinceMs }] of kept) {
      if (nowMs < sinceMs + keptMs) break
      forget(oldest)
    }
  }

  const forget = (user: string): void => {
    for (const jid of jidsOf(user)) leftOut.delete(jid)
    kept.delete(user)
  }

  const jidsOf = (user: string): string[] => (kept.get(user)?.devices ?? []).map(jidOf)

  const seenByBaileys = (user: string): Device[] | undefined =>
    read(user, keptMs)?.devices.filter((device) => !leftOut.has(jidOf(device)))

  return {
    get: <T>(user: string) => seenByBaileys(user) as T | undefined,
    mget: async <T>(users: string[]) =>
      await Promise.resolve(
        Object.fromEntries(users.map((user) => [user, seenByBaileys(user)])) as Record<string, T | undefined>,
      ),
    // Baileys writes what a notification changes in the list that it sees. WhatsApp is asked for the whole one instead.
    set: forget,
    del: forget,
    flushAll: () => {
      kept.clear()
      leftOut.clear()
    },
    // What Baileys asked for itself.
    mset: (entries) => {
      for (const { key, value } of entries) write(key, { devices: value as Device[], isRefused: false })
    },
    known: (user) => read(user, freshMs),
    learn: (answers) => {
      for (const [user, answer] of answers) write(user, answer)
    },
    leaveOut: (jid) => {
      const before = leftOut.get(jid)
      const forMs = before === undefined ? leftOutMs.first : Math.min(2 * before.forMs, leftOutMs.most)
      leftOut.set(jid, { untilMs: performance.now() + forMs, forMs })
    },
    takeIn: (jid) => leftOut.delete(jid),
    isLeftOut: (jid) => leftOut.has(jid),
    mayHaveKeys: (jid) => (leftOut.get(jid)?.untilMs ?? 0) <= performance.now(),
  }
}
