import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Context } from 'hono'
import proxyAddr from 'proxy-addr'

/** Of HTTP/1 and HTTP/2 alike. */
type Incoming = Pick<IncomingMessage, 'headers' | 'socket'>
type Env = { incoming?: Incoming }
type Fetch = (request: Request, env: Env) => Response | Promise<Response>

export type Proxies = {
  /** Of the client: the nearest address that is no trusted proxy's. Undefined where there is no connection. */
  addressOf(context: Context): string | undefined
  /** The app with each request as the client made it: by its own protocol and host. */
  behind(fetch: Fetch): Fetch
}

/**
 * What proxies say of those who ask (`X-Forwarded-For`, `-Proto`, `-Host`) is believed where the connection comes from one of
 * these addresses, and of each list only what they have added themselves: everything before that may be anybody's invention.
 *
 * @param trusted addresses, CIDRs, and `loopback`, `linklocal` and `uniquelocal`; none, and nobody is believed
 * @throws TypeError
 */
export function trustProxies(trusted: readonly string[]): Proxies {
  const isTrusted = proxyAddr.compile([...trusted])

  return {
    addressOf(context) {
      const { incoming } = (context.env ?? {}) as Env
      if (incoming === undefined) return undefined
      const found = proxyAddr(incoming as IncomingMessage, isTrusted)
      // A proxy that adds no address (or one with a port, another each time) has its own counted.
      return isIP(found) === 0 ? incoming.socket.remoteAddress : found
    },
    behind: (fetch) => async (request, env) => {
      const { incoming } = env
      const hops = incoming ? hopsOf(incoming) : 0
      const url = incoming && hops > 0 ? askedFor(request, { incoming, hops }) : request.url
      return await fetch(url === request.url ? request : withUrl(request, url), env)
    },
  }

  /** How many trusted proxies the request came through. */
  function hopsOf(incoming: Incoming): number {
    const { remoteAddress } = incoming.socket
    if (remoteAddress === undefined || !isTrusted(remoteAddress, 0)) return 0
    return Math.max(1, proxyAddr.all(incoming as IncomingMessage, isTrusted).length - 1)
  }
}

/** The URL as the client had it, as the outermost proxy says; what makes no sense is as if it were not said. */
function askedFor({ url }: Request, { incoming, hops }: { incoming: Incoming; hops: number }): string {
  const { protocol, host, pathname, search } = new URL(url)
  const proto = saidBy(incoming.headers['x-forwarded-proto'], hops)?.toLowerCase()
  const scheme = proto === 'http' || proto === 'https' ? `${proto}:` : protocol
  const named = saidBy(incoming.headers['x-forwarded-host'], hops)
  return withHost(named, { scheme, pathname, search }) ?? `${scheme}//${host}${pathname}${search}`
}

/** Each proxy adds one at the end, or writes its own over what was there. */
function saidBy(header: string | string[] | undefined, hops: number): string | undefined {
  const values = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((value) => value.trim())
  return values.at(-Math.min(hops, values.length))
}

const hostPattern = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i

function withHost(
  host: string | undefined,
  { scheme, pathname, search }: { scheme: string; pathname: string; search: string },
): string | undefined {
  const url = `${scheme}//${host}${pathname}${search}`
  return host !== undefined && hostPattern.test(host) && URL.canParse(url) ? new URL(url).href : undefined
}

function withUrl(request: Request, url: string): Request {
  const { method, headers, body, signal } = request
  return new Request(url, { method, headers, signal, ...(body && { body, duplex: 'half' }) })
}
