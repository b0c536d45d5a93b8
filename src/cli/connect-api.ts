import { createHttpClient } from '../api/client/client.js'
import { CarillonError } from '../client/errors.js'
import type { CommandClient } from './io.js'

/** The commands by way of the API: nothing is connected to before something is asked. */
export function connectApi(
  remote: { url: string; token: string },
  { fetch }: { fetch?: typeof globalThis.fetch } = {},
): CommandClient {
  const refuse = (what: string) => () =>
    Promise.reject(
      new CarillonError(
        'forbidden',
        `${what} are the engineer’s: no token reaches them. Run it where Carillon runs, without CARILLON_URL.`,
      ),
    )
  const [ofOperators, ofKeys] = [refuse('Operators'), refuse('Keys')]
  return {
    ...createHttpClient({ ...remote, ...(fetch && { fetch }) }),
    operators: { add: ofOperators, list: ofOperators, signInLink: ofOperators },
    keys: { add: ofKeys, list: ofKeys, rotate: ofKeys, rotation: ofKeys, check: ofKeys },
    close: async () => {},
  }
}
