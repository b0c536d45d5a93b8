import { QueryClient } from '@tanstack/react-query'
import { CarillonError } from '../../../src/client/errors.js'

/** Where the live events are away, what is shown is at most so old. */
const staleMs = 30_000

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: staleMs,
      // The API's client tries again what nobody answered. What was refused would be refused again.
      retry: (failures, error) => !(error instanceof CarillonError) && failures < 1,
      refetchOnWindowFocus: true,
      // Else a page without a connection would wait and not say so, and a button would do later what nobody wants any more.
      networkMode: 'always',
      refetchOnReconnect: true,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
