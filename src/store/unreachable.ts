const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
])
// The messages of pg and pg-pool, which have no code, for a connection that was not made or broke.
const connectionWords =
  /^(Connection terminated|timeout e(xpired|xceeded when trying to connect)|Client has encountered a connection error)/

// X.509's as Node says them, those of OpenSSL, and a handshake that was broken off.
const tlsCodes =
  /CERT|ISSUER|^(HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED|INVALID_PURPOSE|EPROTO|ERR_SSL_.+|ERR_TLS_.+)$/
/** pg's words for a server without TLS. */
export const noTlsOffered = 'The server does not support SSL connections'

/** Why there is no TLS with a server that is there: a code, or pg's words. Undefined where it is another error. */
export function whyNoTls(error: unknown): string | undefined {
  const code = postgresCode(error)
  if (code !== undefined && tlsCodes.test(code)) return code
  return error instanceof Error && error.message === noTlsOffered ? noTlsOffered : undefined
}

/** Why Postgres was not reached or the way to it was lost: a code, or pg's words. Undefined where it is another error. */
export function whyUnreachable(error: unknown): string | undefined {
  const code = postgresCode(error)
  if (code !== undefined && (networkCodes.has(code) || /^08...$/.test(code))) return code
  const words = error instanceof Error && connectionWords.test(error.message) ? error.message : undefined
  return whyNoTls(error) ?? words
}

/** A SQLSTATE, or a code of the network. */
export function postgresCode(error: unknown): string | undefined {
  // Node gives one error for each address that a host name has.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const code: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
