import type { ConnectionOptions } from '@temporalio/client'
import { loadClientConfigProfile, toClientOptions, type ClientConfigProfile } from '@temporalio/envconfig'
import { ConfigError } from './config-error.js'
import { readNamedFile } from './named-file.js'
import { checkTlsMaterial } from './tls-material.js'

/** How Temporal is spoken to, beside where it is: what `Connection.connect` and `NativeConnection.connect` take of it. */
export type TemporalSecurity = Pick<ConnectionOptions, 'tls' | 'metadata'> & { apiKey?: string }

export type TemporalSettings = {
  /** As given, with where and which namespace of the named profile, where the environment has none itself. */
  environment: NodeJS.ProcessEnv
  security: TemporalSecurity
  problems: string[]
}

/** Variables that Temporal's own tools read, too. */
export const temporalVariables = [
  {
    name: 'TEMPORAL_TLS',
    meaning: '`true`: TLS, by the issuers that everybody trusts',
    unset: 'TLS where another of these asks for it',
  },
  {
    name: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
    meaning: "the file with the certificate of who issued the server's",
    unset: 'the issuers that everybody trusts',
  },
  {
    name: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    meaning: 'the file with our certificate, where the server asks for one (mTLS)',
    unset: 'none',
  },
  { name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', meaning: 'the file with its key', unset: 'none' },
  {
    name: 'TEMPORAL_TLS_SERVER_NAME',
    meaning: "the name in the server's certificate",
    unset: 'the host of `TEMPORAL_ADDRESS`',
  },
  {
    name: 'TEMPORAL_API_KEY',
    meaning: 'the key of Temporal Cloud, or of a server that asks for one; over TLS',
    unset: 'none',
  },
  {
    name: 'TEMPORAL_PROFILE',
    meaning: "the profile of Temporal's configuration file to take what is not set here from",
    unset: 'no file is read',
  },
  {
    name: 'TEMPORAL_CONFIG_FILE',
    meaning: 'that file; the profile is `default` when not given',
    unset: "where Temporal's tools keep theirs",
  },
]

const pathVariables = [
  'TEMPORAL_TLS_SERVER_CA_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_CERT_PATH',
  'TEMPORAL_TLS_CLIENT_KEY_PATH',
]

/**
 * By the variables and the file of Temporal's own tools. A file that no variable names decides nothing: one that is left over
 * in a home folder must not lead what is scheduled elsewhere. Where the environment has no Temporal at all there is no security
 * either: the built-in one has none.
 */
export function readTemporal(environment: NodeJS.ProcessEnv): TemporalSettings {
  try {
    const given = checked(environment)
    const profile = profileOf(given)
    const { address, namespace } = profile
    if (address === undefined) return { environment, security: {}, problems: [] }
    const found = {
      TEMPORAL_ADDRESS: environment['TEMPORAL_ADDRESS'] ?? address,
      ...(namespace !== undefined && { TEMPORAL_NAMESPACE: environment['TEMPORAL_NAMESPACE'] ?? namespace }),
    }
    return { environment: { ...environment, ...found }, security: securityOf(profile), problems: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { environment, security: {}, problems: [error.message] }
  }
}

/** What is set: an empty text is not, as everywhere, and would be a value to `@temporalio/envconfig`. */
function checked(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  )
  for (const name of ['TEMPORAL_TLS', 'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'])
    if (!/^(1|0|true|false)?$/.test(given[name] ?? ''))
      throw new ConfigError(`${name}: expected true or false, got '${given[name]}'`)
  if (/^(1|true)$/.test(given['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION'] ?? ''))
    throw new ConfigError(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: the host of Temporal is always verified. Set TEMPORAL_TLS_SERVER_NAME to the name in its certificate.',
    )
  // Read there as a wish for TLS, whatever its value.
  delete given['TEMPORAL_TLS_DISABLE_HOST_VERIFICATION']
  for (const name of pathVariables) {
    const path = given[name]
    if (path !== undefined) readNamedFile(name, path)
  }
  return given
}

function profileOf(given: Record<string, string>): ClientConfigProfile {
  const { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: name } = given
  const settings = 'TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE'
  const isNamed = file !== undefined || name !== undefined
  const data = file === undefined ? undefined : readNamedFile('TEMPORAL_CONFIG_FILE', file)
  const profile = reading(settings, () =>
    loadClientConfigProfile({
      overrideEnvVars: given,
      disableFile: !isNamed,
      ...(data && { configSource: { data } }),
    }),
  )
  if (isNamed && profile.address === undefined)
    throw new ConfigError(`${settings}: the profile has no address. Set one there, or TEMPORAL_ADDRESS.`)
  return profile
}

function reading<T>(settings: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ConfigError(`${settings}: ${whyUnread(error)}`)
  }
}

/** The error of a file that is no TOML shows its lines, and a key may be in them. */
function whyUnread(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('codeblock' in error && 'line' in error) return `the file is no TOML (line ${String(error.line)})`
  return error.message
}

function securityOf(profile: ClientConfigProfile): TemporalSecurity {
  const { clientCert, clientKey } = profile.tls ?? {}
  const settings = 'TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH'
  if ((clientCert === undefined) !== (clientKey === undefined))
    throw new ConfigError(`${settings}: one is set without the other. Set both, or none.`)
  // Reads the files that the profile names.
  const { tls, apiKey, metadata } = reading(
    'TEMPORAL_CONFIG_FILE',
    () => toClientOptions(profile).connectionOptions,
  )
  if (tls === false && apiKey !== undefined)
    throw new ConfigError(
      'TEMPORAL_TLS: without TLS, TEMPORAL_API_KEY could be read on the way. Leave it out.',
    )
  if (tls !== null && typeof tls === 'object')
    checkTlsMaterial(`TEMPORAL_TLS_SERVER_CA_CERT_PATH, ${settings}`, {
      ca: tls.serverRootCACertificate,
      cert: tls.clientCertPair?.crt,
      key: tls.clientCertPair?.key,
    })
  return {
    ...(tls !== undefined && { tls }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata }),
  }
}
