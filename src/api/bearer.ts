import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether the header `Authorization` carries this token. Compared as digests, in constant time: the time it takes tells
 * neither how much of the token is right nor how long it is.
 */
export function hasBearerToken(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1]
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
