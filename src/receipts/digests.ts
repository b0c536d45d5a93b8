import { createHmac } from 'node:crypto'

/** What of a run or a request must not be read from its row. */
export type Digested = 'recipient' | 'content' | 'who' | 'why'

/**
 * A digest that nobody can guess a number or a text by: HMAC-SHA-256 under a key of the installation, in base64url. It tells
 * kinds apart, so that a name that is also a reason is not the same twice.
 */
export type Digests = (of: Digested, text: string) => string

export function keyedDigests(key: Uint8Array): Digests {
  return (of, text) => createHmac('sha256', key).update(`${of}\0`).update(text).digest('base64url')
}
