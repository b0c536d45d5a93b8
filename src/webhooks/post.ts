import { lookup, type LookupAddress } from 'node:dns'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isRefused, isRefusedForName } from './address.js'

export type Answer =
  | { kind: 'answered'; status: number; retryAfterMs?: number }
  /** There was no answer: a code such as ECONNREFUSED or ETIMEDOUT. */
  | { kind: 'unanswered'; code: string }

/** One POST. Redirects are not followed, and what the endpoint answers is not read but for its status. */
export async function post({
  url,
  headers,
  body,
  timeoutMs,
}: {
  url: string
  headers: Record<string, string>
  body: string
  timeoutMs: number
}): Promise<Answer> {
  const target = new URL(url)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && isRefused(host)) return { kind: 'unanswered', code: 'AddressRefused' }
  const request = target.protocol === 'https:' ? requestHttps : requestHttp
  return await new Promise((resolve) => {
    // The name is looked up by the connection itself, so that no second look-up can lead elsewhere.
    const sent = request(target, {
      method: 'POST',
      agent: false,
      lookup: lookupAllowed,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    })
    sent.on('response', (response) => {
      resolve({
        kind: 'answered',
        status: response.statusCode ?? 0,
        ...retryAfter(response.headers['retry-after']),
      })
      response.destroy()
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.name === 'AbortError' || error.name === 'TimeoutError' ? 'ETIMEDOUT' : error.code
      resolve({ kind: 'unanswered', code: code ?? 'Unknown' })
    })
    sent.end(body)
  })
}

const lookupAllowed: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const allowed = error ? [] : found.filter(({ address }) => !isRefusedForName(address))
    const [first] = allowed
    if (error) callback(error, '', 0)
    else if (first === undefined)
      callback(Object.assign(new Error('refused'), { code: 'AddressRefused' }), '', 0)
    else if (options.all === true) callback(null, allowed)
    else callback(null, first.address, first.family)
  })
}

/** RFC 9110 10.2.3, in seconds; a date is left to our own delays. */
function retryAfter(value: string | undefined): { retryAfterMs?: number } {
  return value !== undefined && /^\d{1,5}$/.test(value) ? { retryAfterMs: Number(value) * 1_000 } : {}
}
