import { noTlsOffered, postgresCode, whyNoTls, whyUnreachable } from '../store/unreachable.js'
import { EncryptionKeyError } from '../store/encryption/key-ring.js'
import { CarillonError, type ErrorCode } from './errors.js'
import { say } from '../domain/sentences/say.js'

type Trouble = { code: ErrorCode; text: string }

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html): what is wrong, and what to do. */
const byState: Record<string, Trouble> = {
  '25006': {
    code: 'not_ready',
    text: 'Postgres takes no writes: it is a standby, or set to read only. Nothing was stored. Let DATABASE_URL lead to the primary, or lift `default_transaction_read_only`.',
  },
  '57P01': { code: 'unreachable', text: say('postgresRestarts') },
  '57P02': { code: 'unreachable', text: say('postgresCrashed') },
  '57P03': { code: 'unreachable', text: say('postgresStarts') },
  '53300': {
    code: 'unreachable',
    text: 'Postgres has no connection left (`max_connections`). End programs that hold some, or allow more.',
  },
  '53100': { code: 'not_ready', text: say('postgresDiskFull') },
  '53200': { code: 'not_ready', text: 'Postgres is out of memory. Nothing was stored.' },
  '28P01': {
    code: 'unreachable',
    text: 'Postgres refuses the password in DATABASE_URL, or a certificate (`sslcert`) that is not for its user: correct it.',
  },
  '28000': {
    code: 'unreachable',
    text: 'Postgres refuses the user in DATABASE_URL, or the way it comes: correct it. It may ask for TLS (`sslmode`), or for a certificate (`sslcert`, `sslkey`).',
  },
  '3D000': {
    code: 'unreachable',
    text: 'Postgres has no such database: correct DATABASE_URL, or create it.',
  },
  '42501': {
    code: 'not_ready',
    text: 'The user in DATABASE_URL may not do that in Postgres: take the owner of the tables, or grant it.',
  },
  '42P01': {
    code: 'not_ready',
    text: 'The tables in Postgres are not those of this version. Start a worker of it (`npm start`): it makes them.',
  },
  '42703': {
    code: 'not_ready',
    text: 'The tables in Postgres are not those of this version. Start a worker of it (`npm start`): it changes them.',
  },
}

/** Makes an error that the operator can act on of one by Postgres, or of what does not open; other errors stay as they are. */
export function explainPostgresError(error: unknown): unknown {
  if (error instanceof CarillonError || !(error instanceof Error)) return error
  if (error instanceof EncryptionKeyError)
    return new CarillonError('not_ready', error.message, { cause: error })
  const code = postgresCode(error)
  const known = code === undefined ? undefined : byState[code]
  if (known) return new CarillonError(known.code, known.text, { cause: error })
  const noTls = whyNoTls(error)
  if (noTls !== undefined) return new CarillonError('unreachable', noTlsText(noTls), { cause: error })
  const why = whyUnreachable(error)
  if (why === undefined) return error
  return new CarillonError('unreachable', say('postgresAway', { why }), { cause: error })
}

function noTlsText(why: string): string {
  if (why === noTlsOffered)
    return 'Postgres takes no TLS, and `sslmode` asks for it. Turn `ssl` on there, or set `sslmode=disable`.'
  const remedy = why === 'ERR_TLS_CERT_ALTNAME_INVALID' ? otherHost : otherCertificate
  return `There is no TLS with Postgres (${why}). ${remedy}`
}

const otherHost =
  'Its certificate is that of another host: name in DATABASE_URL the host that it is for, or set `sslmode=verify-ca`.'
const otherCertificate =
  'Set `sslrootcert` in DATABASE_URL, or PGSSLROOTCERT, to the certificate of who issued that of Postgres; where Postgres asks for one of ours, check `sslcert` and `sslkey`.'

function explained(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer
  return answer.catch((error: unknown) => {
    throw explainPostgresError(error)
  })
}

/** The same function or functions; what they throw of Postgres is explained. */
export function withPostgresErrors<Api extends object>(api: Api): Api {
  return new Proxy(api, {
    apply: (target, self, values: unknown[]) =>
      explained(Reflect.apply(target as (...all: unknown[]) => unknown, self, values)),
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...values: unknown[]): unknown => explained(Reflect.apply(member, target, values))
    },
  })
}
