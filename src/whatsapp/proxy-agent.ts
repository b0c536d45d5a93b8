import { request as httpRequest, type Agent, type ClientRequest } from 'node:http'
import { request as httpsRequest, type AgentOptions } from 'node:https'
import type { Socket } from 'node:net'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { proxyPlace } from '../domain/accounts/proxy.js'

/** The proxy's fault: what it says, or that it says nothing. The name and password of it are in none of this. */
export class ProxyError extends Error {
  override name = 'ProxyError'
  constructor(
    readonly failure: 'ProxyUnreachable' | 'ProxyRefused',
    place: string,
    /** HTTP's, where it was an answer of such a proxy. */
    readonly status?: number,
  ) {
    super(`the proxy at ${place}: ${failure}${status === undefined ? '' : ` (${status})`}`)
  }
}

export type Proxy = {
  /** For everything that the account sends and fetches, over whatever protocol. */
  agent: Agent
  /** What went wrong last, since the last call: Baileys tells of an upload only that it failed. */
  takeFailure(): ProxyError | undefined
}

// Beyond the time that a proxy needs for its own connection over a slow line, and within the one for connecting.
const connectMs = 15_000

/** @param ca authorities that are trusted in addition to Node's, for tests */
export function proxyOf(url: string, { ca }: { ca?: AgentOptions['ca'] } = {}): Proxy {
  const place = proxyPlace(url)
  let last: ProxyError | undefined

  async function reached(connecting: Promise<Socket>, giveUp: () => void): Promise<Socket> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), connectMs)
    })
    try {
      const socket = await Promise.race([connecting, late])
      if (socket !== 'late') return socket
      giveUp()
      connecting.then(
        (socket) => socket.destroy(),
        () => undefined,
      )
      throw new ProxyError('ProxyUnreachable', place)
    } catch (error) {
      last = error instanceof ProxyError ? error : new ProxyError(failureOf(error), place)
      throw last
    } finally {
      clearTimeout(timer)
    }
  }

  const trust: AgentOptions = ca === undefined ? {} : { ca }
  const parsed = new URL(url)
  const agent = parsed.protocol === 'socks5:' ? socks(parsed) : http(parsed)
  return {
    agent,
    takeFailure() {
      const failure = last
      last = undefined
      return failure
    },
  }

  function http(proxy: URL): Agent {
    // The library would write the URL into its debug log.
    const { username, password } = proxy
    const name = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    const headers =
      username === '' && password === ''
        ? {}
        : { 'Proxy-Authorization': `Basic ${Buffer.from(name).toString('base64')}` }
    const agent = new HttpsProxyAgent(proxyPlace(url), { headers })
    const connect = agent.connect.bind(agent)
    agent.connect = async (request, options) => {
      const patience = new AbortController()
      agent.connectOpts = { ...agent.connectOpts, signal: patience.signal }
      return await reached(
        unlessRefused(request, () => connect(request, Object.assign(options, trust))),
        () => patience.abort(),
      )
    }
    return agent
  }

  /** The library plays what a proxy answers as if it was WhatsApp's own. */
  async function unlessRefused(request: ClientRequest, connect: () => Promise<Socket>): Promise<Socket> {
    let status: number | undefined
    request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      status = statusCode
    })
    const socket = await connect()
    if (status === 200) return socket
    socket.destroy()
    throw new ProxyError('ProxyRefused', place, status)
  }

  function socks(proxy: URL): Agent {
    // The proxy looks up names, too: a look-up from here would go beside it.
    const agent = new SocksProxyAgent(proxy.href.replace(/^socks5:/, 'socks5h:'))
    const connect = agent.connect.bind(agent)
    agent.connect = async (request, options) =>
      await reached(connect(request, Object.assign(options, trust)), () => undefined)
    return agent
  }
}

/** What the system says has a code, in the message where the library has a word of its own for it; the rest is the proxy's. */
function failureOf(error: unknown): ProxyError['failure'] {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  const message = error instanceof Error ? error.message : ''
  const isSystems =
    typeof code === 'string' || /\bE[A-Z]{4,}\b|timed out|[Ss]ocket closed|ended before/.test(message)
  return isSystems ? 'ProxyUnreachable' : 'ProxyRefused'
}

type DispatchOptions = { origin: string | URL; path: string; method: string; headers?: unknown }

/** What Node's `fetch` tells of an answer. */
type DispatchHandler = {
  onConnect(abort: () => void): void
  onHeaders(status: number, headers: Buffer[], resume: () => void, text: string): boolean
  onData(bytes: Buffer): boolean
  onComplete(trailers: Buffer[]): void
  onError(error: Error): void
}

/** A dispatcher for Node's `fetch`, which takes no agent: what Baileys downloads goes by way of the proxy, too. */
export function downloads(agent: Agent): {
  dispatch(options: DispatchOptions, handler: DispatchHandler): boolean
} {
  return {
    dispatch({ origin, path, method, headers }, handler) {
      const url = new URL(path, origin)
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(url, { agent, method, headers: fieldsOf(headers) }, (response) => {
        const fields = response.rawHeaders.map((text) => Buffer.from(text, 'latin1'))
        const goOn = (): void => void response.resume()
        if (!handler.onHeaders(response.statusCode ?? 0, fields, goOn, response.statusMessage ?? ''))
          response.pause()
        response.on('data', (bytes: Buffer) => {
          if (!handler.onData(bytes)) response.pause()
        })
        response.on('end', () => handler.onComplete([]))
        response.on('error', (error) => handler.onError(error))
      })
      request.on('error', (error) => handler.onError(error))
      handler.onConnect(() => request.destroy(new Error('aborted')))
      request.end()
      return true
    },
  }
}

/** `fetch` gives them as an object, or as names and values in turns. */
function fieldsOf(headers: unknown): Record<string, string> {
  if (!Array.isArray(headers)) return { ...(headers as Record<string, string> | undefined) }
  const fields: Record<string, string> = {}
  for (let at = 0; at + 1 < headers.length; at += 2) fields[String(headers[at])] = String(headers[at + 1])
  return fields
}
