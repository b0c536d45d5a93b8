import { CarillonError } from '../client/errors.js'
import { explainPostgresError } from '../client/postgres-errors.js'
import { ConfigError } from '../config.js'
import { StackError } from '../stack/errors.js'
import { EncryptionKeyError } from '../store/encryption/key-ring.js'

const expected = [CarillonError, ConfigError, EncryptionKeyError, StackError]

/** Why a program of ours did not start, or ended: what is wrong and what to do, else where it broke. */
export function startFailure(raw: unknown): string {
  const error = explainPostgresError(raw)
  if (!(error instanceof Error)) return String(error)
  return expected.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message)
}
