import { askSession, csrf, isLeaving, sessionIsOver } from './session.js'

/**
 * `fetch` for the API's client in a browser: the cookie says who asks, in place of a token, and a header shows that our own page
 * does. Another tab may have signed in anew meanwhile, with another secret: that is found out once, and the request goes again.
 * @param send what asks, where it is not the browser's own `fetch`
 */
export async function browserFetch(
  input: RequestInfo | URL,
  init: RequestInit = {},
  send: typeof fetch = fetch,
): Promise<Response> {
  const response = await asked(input, init, send)
  if (response.status !== 401) return response
  if (await askSession()) {
    const again = await asked(input, init, send)
    if (again.status !== 401) return again
  }
  sessionIsOver()
  return response
}

async function asked(input: RequestInfo | URL, init: RequestInit, send: typeof fetch): Promise<Response> {
  // Somebody else has signed in: the page goes, and what it asked for with it.
  if (isLeaving()) return await new Promise<never>(() => undefined)
  return await send(input, withProof(init))
}

function withProof(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers)
  headers.delete('Authorization')
  const secret = csrf()
  if (secret !== undefined) headers.set('X-Carillon-Csrf', secret)
  return { ...init, headers, credentials: 'same-origin' }
}
