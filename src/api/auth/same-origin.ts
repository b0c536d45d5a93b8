/** Whether a page of ours made the request, by what the browser itself says of it. */

export const csrfHeader = 'x-carillon-csrf'

const harmless = ['GET', 'HEAD', 'OPTIONS']

/** Whether the request may change something. */
export function changes({ method }: Request): boolean {
  return !harmless.includes(method.toUpperCase())
}

/**
 * A browser sends `Origin` with each request that may change something, and says of which site it is. One that says
 * neither is no browser: it has no cookie but its own.
 *
 * @param origins under which browsers reach us, such as `https://carillon.example.org`
 */
export function isSameOrigin({ headers }: Request, origins: readonly string[]): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const origin = headers.get('origin')
  return origin === null ? site !== null : origins.includes(origin)
}
