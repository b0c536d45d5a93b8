/** Where the API listens, as a URL. */
export function apiUrl({ host, port }: { host: string; port: number }): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The page that a sign-in link leads to. What listens on every address is reached by the loopback one here. */
export function signInPageOf(api: string): string {
  const page = new URL('/sign-in', api)
  if (page.hostname === '0.0.0.0') page.hostname = '127.0.0.1'
  if (page.hostname === '[::]') page.hostname = '[::1]'
  return page.toString()
}
