import { LRUCache } from 'lru-cache'
import { entryLimit } from '../entry-limit.js'
import { DEFAULT_CONNECTION_CONFIG, type SocketConfig } from '../baileys.js'

type Make = SocketConfig['makeSignalRepository']

export type SignalRepository = {
  make: Make
  /** The devices for which nothing could be encrypted since the last call. Baileys leaves them out without a word. */
  takeFailed(): string[]
}

// A number may get a LID any day; until then each look at a session with it would be a question to WhatsApp.
const withoutLidMs = 5 * 60_000
const mostWithoutLid = 20_000

/** Baileys' own, which also notes whom it could not encrypt for, and does not ask for the LID of a number again and again. */
export function signalRepository(): SignalRepository {
  const failed = new Set<string>()
  const withoutLid = new LRUCache<string, true>({ ...entryLimit(mostWithoutLid), ttl: withoutLidMs })

  const make: Make = (auth, logger, askLids) => {
    const ask =
      askLids &&
      (async (numbers: string[]) => {
        const wanted = numbers.filter((number) => !withoutLid.has(number))
        const found = wanted.length === 0 ? [] : ((await askLids(wanted)) ?? [])
        const known = new Set(found.map(({ pn }) => pn))
        for (const number of wanted) if (!known.has(number)) withoutLid.set(number, true)
        return found
      })
    const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, ask)
    return {
      ...repository,
      async encryptMessage(message) {
        try {
          return await repository.encryptMessage(message)
        } catch (error) {
          failed.add(message.jid)
          throw error
        }
      },
    }
  }

  return {
    make,
    takeFailed() {
      const jids = [...failed]
      failed.clear()
      return jids
    },
  }
}
