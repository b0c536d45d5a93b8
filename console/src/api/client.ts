import { createHttpClient } from '../../../src/api/client/client.js'
import { browserFetch } from './browser-fetch.js'

/** The API's own client, the only way to data. */
export const api = createHttpClient({
  url: location.origin,
  token: '',
  fetch: async (input, init) => await browserFetch(input, init),
})
