import { readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { ConfigError, type Config } from '../config.js'
import { hasBearerToken } from './bearer.js'
import type { Authenticate } from './caller.js'

/**
 * The one token of the environment, which may do everything for the operator of the process. Undefined where there is none.
 * @throws ConfigError where its file cannot be used
 */
export function environmentToken(
  config: Pick<Config, 'apiToken' | 'apiTokenFile' | 'operator'>,
): Authenticate | undefined {
  const token = config.apiToken ?? fileToken(config.apiTokenFile)
  if (token === undefined) return undefined
  const caller = {
    operatorId: config.operator,
    tokenId: createHash('sha256').update(`carillon api token ${token}`).digest('hex').slice(0, 16),
    name: 'CARILLON_API_TOKEN',
    role: 'owner',
  } as const
  return async (request) =>
    hasBearerToken(request.headers.get('authorization') ?? undefined, token) ? caller : undefined
}

function fileToken(file: string | undefined): string | undefined {
  if (file === undefined) return undefined
  let token: string
  try {
    token = readFileSync(file, 'utf8').trim()
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new ConfigError(`CARILLON_API_TOKEN_FILE: ${file} cannot be read (${why}).`)
  }
  if (/^[\x21-\x7e]{32,512}$/.test(token)) return token
  throw new ConfigError(
    `CARILLON_API_TOKEN_FILE: expected 32 to 512 visible characters in ${file}, and nothing else (\`openssl rand -hex 32\`).`,
  )
}
