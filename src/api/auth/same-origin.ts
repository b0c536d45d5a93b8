/** Whether a page of ours made the request, by what the browser itself says of it. */

export const csrfHeader = 'x-carillon-csrf'

const harmless = ['GET', 'HEAD', 'OPTIONS']

/** Whether the request may change something. */
export function changes({ method }: Request): boolean {
  return !harmless.includes(method.toUpperCase())
}

/**
 * A browser sends `Origin` with each request that may change something, and says of which site it is. One that says
 * neither is no browser: it has no cookie but its own. The URL is the one that the browser asked for, also behind a proxy
 * (`proxies.ts`).
 */
export function isSameOrigin({ headers, url }: Request): boolean {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') return false
  const origin = headers.get('origin')
  return origin === null ? site !== null : origin === new URL(url).origin
}

/** Whether the browser asked by TLS, which a proxy may have ended. */
export function isTls({ url }: Request): boolean {
  return new URL(url).protocol === 'https:'
}
