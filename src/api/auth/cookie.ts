import { parse } from 'hono/utils/cookie'

/** Where TLS is, no other host of the domain, nor plain HTTP, can set a cookie of this name (RFC 6265bis, 4.1.3.2). */
const overTls = '__Host-carillon'
const plain = 'carillon'

export type CookieSettings = {
  /** Whether browsers reach the request by TLS, which a proxy may end. */
  isTls: boolean
}

export function cookieOf(request: Request, { isTls }: CookieSettings): string | undefined {
  return parse(request.headers.get('cookie') ?? '')[isTls ? overTls : plain]
}

/** For `Set-Cookie`. */
export function signInCookie(
  secret: string,
  { isTls, maxAgeS }: CookieSettings & { maxAgeS: number },
): string {
  const attributes = `Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict${isTls ? '; Secure' : ''}`
  return `${isTls ? overTls : plain}=${secret}; ${attributes}`
}

/** Takes it back. */
export function noCookie(settings: CookieSettings): string {
  return signInCookie('', { ...settings, maxAgeS: 0 })
}
