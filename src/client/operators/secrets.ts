import { createHash, randomBytes } from 'node:crypto'

/** Secrets that are shown once: 256 random bits behind a word by which people and scanners know them. */

export const tokenPrefix = 'carillon_'
const pattern = /^[A-Za-z0-9_-]{43}$/

export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function newToken(): string {
  return `${tokenPrefix}${newSecret()}`
}

/** What is stored of a secret. It has 256 bits, so a plain hash of it can't be searched. */
export function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** Undefined where it can be no token of ours: it is cut off, or something else. */
export function tokenDigest(token: string): Buffer | undefined {
  if (!token.startsWith(tokenPrefix) || !pattern.test(token.slice(tokenPrefix.length))) return undefined
  return digestOf(token)
}

/** Of a link or a cookie. */
export function secretDigest(secret: string): Buffer | undefined {
  return pattern.test(secret) ? digestOf(secret) : undefined
}
