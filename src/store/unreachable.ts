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

/** Why Postgres was not reached or the way to it was lost: a code, or pg's words. Undefined where it is another error. */
export function whyUnreachable(error: unknown): string | undefined {
  const code = postgresCode(error)
  if (code !== undefined && (networkCodes.has(code) || /^08...$/.test(code))) return code
  return error instanceof Error && connectionWords.test(error.message) ? error.message : undefined
}

/** A SQLSTATE, or a code of the network. */
export function postgresCode(error: unknown): string | undefined {
  // Node gives one error for each address that a host name has.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error
  const code: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}
