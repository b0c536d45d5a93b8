import { say } from '../sentences/say.js'

/** `http` and `https` (CONNECT) or `socks5`; the port where the URL has none. */
const ports: { [protocol: string]: number } = { 'http:': 80, 'https:': 443, 'socks5:': 1080 }

/** What is wrong with this URL of a proxy. It is not repeated: it may have a password in it. */
export function proxyProblem(text: string): string | undefined {
  const expected = say('proxyForm', {})
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !(url.protocol in ports) || url.hostname === '') return expected
  if (url.port === '0') return expected
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '')
    return say('proxyForm', { rest: say('phraseNothingBehind') })
  try {
    decodeURIComponent(url.username)
    decodeURIComponent(url.password)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    return say('proxyPercent')
  }
  return undefined
}

/** `http://proxy:3128`: the proxy without the name and password, for people. */
export function proxyPlace(proxy: string): string {
  const url = new URL(proxy)
  return `${url.protocol}//${url.hostname}:${proxyPort(url)}`
}

export function proxyPort({ protocol, port }: URL): number {
  return port === '' ? (ports[protocol] ?? 0) : Number(port)
}
