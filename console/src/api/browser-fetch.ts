import { askSession, csrf, sessionIsOver } from './session.js'

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
  const response = await send(input, withProof(init))
  if (response.status !== 401) return response
  if (await askSession()) {
    const again = await send(input, withProof(init))
    if (again.status !== 401) return again
  }
  sessionIsOver()
  return response
}

function withProof(init: RequestInit): RequestInit {
  const headers = new Headers(init.headers)
  headers.delete('Authorization')
  const secret = csrf()
  if (secret !== undefined) headers.set('X-Carillon-Csrf', secret)
  return { ...init, headers, credentials: 'same-origin' }
}
