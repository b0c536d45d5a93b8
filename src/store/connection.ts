import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { ClientConfig } from 'pg'
import { parse, toClientConfig } from 'pg-connection-string'
import { ConfigError } from '../settings/config-error.js'
import { readNamedFile } from '../settings/named-file.js'
import { checkTlsMaterial } from '../settings/tls-material.js'

/** Of the URL, and the variable that counts where the URL has none: libpq's names. */
const tlsParameters = {
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
} as const
type TlsParameter = keyof typeof tlsParameters

/** Nobody may think that they have an effect. */
const unknownParameters = { sslcrl: 'PGSSLCRL', sslcrldir: 'PGSSLCRLDIR', sslpassword: undefined } as const

const modes = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type Mode = (typeof modes)[number]

/** Variables that libpq reads, too. */
export const postgresVariables = [
  {
    name: 'PGSSLMODE',
    meaning: `TLS to Postgres, as \`sslmode\` in \`DATABASE_URL\`: ${modes.map((mode) => `\`${mode}\``).join(', ')}`,
    unset: 'no TLS',
  },
  {
    name: 'PGSSLROOTCERT',
    meaning:
      "the file with the certificate of who issued the server's, as `sslrootcert`; `system`: the issuers that everybody trusts",
    unset: 'nothing is verified with `require`',
  },
  { name: 'PGSSLCERT', meaning: 'the file with our certificate, as `sslcert`', unset: 'none' },
  { name: 'PGSSLKEY', meaning: 'the file with its key, as `sslkey`', unset: 'none' },
]

/**
 * What a connection to Postgres is made by. `sslmode` means what it means to libpq, and not what it does to `pg` 8, which
 * verifies everything whatever is asked for. Certificates are read anew for each connection: one that is renewed counts.
 * @throws ConfigError where TLS is asked for and cannot be had
 */
export function connectionTo(
  databaseUrl: string,
  environment: NodeJS.ProcessEnv = process.env,
): ClientConfig {
  const url = new URL(databaseUrl)
  const ssl = tlsOf((parameter) => {
    const inUrl = url.searchParams.get(parameter)
    url.searchParams.delete(parameter)
    const name = inUrl === null ? tlsParameters[parameter] : `${parameter} in the URL of Postgres`
    return { name, value: inUrl ?? (environment[tlsParameters[parameter]] || undefined) }
  })
  if (ssl) refuseUnknown(url, environment)
  return { ...toClientConfig(parse(url.toString())), ...(ssl !== undefined && { ssl }) }
}

/**
 * The same for each connection that is to be made. A certificate that is half renewed, or away, leaves the one before in force,
 * which is said: a pool makes connections where nobody could hear of an error.
 * @throws ConfigError where there is nothing before it
 */
export function connectionsTo(databaseUrl: string): () => ClientConfig {
  let last = connectionTo(databaseUrl)
  return () => {
    try {
      last = connectionTo(databaseUrl)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      process.emitWarning(`${error.message}. What was there before is used.`)
    }
    return last
  }
}

function refuseUnknown({ searchParams }: URL, environment: NodeJS.ProcessEnv): void {
  for (const [parameter, variable] of Object.entries(unknownParameters)) {
    if (searchParams.has(parameter))
      throw new ConfigError(`${parameter} in the URL of Postgres has no effect here. Leave it out.`)
    if (variable !== undefined && environment[variable])
      throw new ConfigError(`${variable} has no effect here. Leave it out.`)
  }
}

type Given = { name: string; value: string | undefined }

/** Undefined where nobody asks for TLS. */
function tlsOf(read: (parameter: TlsParameter) => Given): TlsOptions | false | undefined {
  const [mode, root, cert, key] = [read('sslmode'), read('sslrootcert'), read('sslcert'), read('sslkey')]
  const files = [root, cert, key].filter(({ value }) => value !== undefined)
  if (mode.value === undefined && files.length === 0) return undefined
  const wanted = modeOf(mode, root)
  if (wanted === 'disable') return false
  if ((cert.value === undefined) !== (key.value === undefined))
    throw new ConfigError(`${cert.name}, ${key.name}: one is set without the other. Set both, or none.`)
  const contents = {
    ...(root.value !== 'system' && contentOf('ca', root)),
    ...contentOf('cert', cert),
    ...contentOf('key', key),
  }
  checkTlsMaterial(files.map(({ name }) => name).join(', '), contents)
  return { ...contents, ...verification(wanted, root) }
}

function modeOf({ name, value }: Given, root: Given): Mode {
  // libpq would take `prefer` here, which may be no TLS at all.
  if (value === undefined) return 'verify-full'
  if (value === 'allow' || value === 'prefer')
    throw new ConfigError(
      `${name}: '${value}' may be a connection without TLS, and nobody would know. Use one of ${modes.join(', ')}.`,
    )
  const mode = modes.find((known) => known === value)
  if (mode === undefined)
    throw new ConfigError(`${name}: expected one of ${modes.join(', ')}, got '${value}'`)
  if (root.value === 'system' && mode !== 'verify-full' && mode !== 'disable')
    throw new ConfigError(`${root.name}: 'system' takes verify-full, since anybody gets a certificate there.`)
  return mode
}

function contentOf(as: 'ca' | 'cert' | 'key', { name, value }: Given): { [Part in typeof as]?: Buffer } {
  return value === undefined ? {} : { [as]: readNamedFile(name, value) }
}

function verification(mode: Exclude<Mode, 'disable'>, root: Given): TlsOptions {
  switch (mode) {
    case 'verify-full':
      return {}
    case 'verify-ca':
      if (root.value === undefined)
        throw new ConfigError(`${root.name}: verify-ca needs the certificate of who issued the server's.`)
      return anyHost
    case 'require':
      // With a root certificate it is verify-ca, as it has always been to libpq.
      return root.value === undefined ? { rejectUnauthorized: false } : anyHost
  }
}

const anyHost: TlsOptions = { checkServerIdentity: () => undefined }
