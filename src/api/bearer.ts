import { createHash, timingSafeEqual } from 'node:crypto'

/** What the header `Authorization` carries; undefined where that is no bearer token. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
}

/**
 * Whether the header `Authorization` carries this token. Compared as digests, in constant time: the time it takes tells
 * neither how much of the token is right nor how long it is.
 */
export function hasBearerToken(authorization: string | undefined, token: string): boolean {
  const given = bearerToken(authorization)
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
