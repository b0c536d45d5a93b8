import { createHmac, randomBytes } from 'node:crypto'

/** 256 bits, with a prefix by which a secret that leaked is recognised. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`
}

/**
 * The value of `Carillon-Signature`: `t=<Unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`. The time is signed with the
 * body, so that a receiver can refuse what somebody recorded and sends again later.
 */
export function sign({ secret, body, atMs }: { secret: string; body: string; atMs: number }): string {
  const t = Math.floor(atMs / 1_000)
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}
