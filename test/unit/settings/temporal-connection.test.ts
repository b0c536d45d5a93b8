import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config.js'
import { readTemporal } from '../../../src/settings/temporal-connection.js'
import { certificateFiles, createIssuer, type CertificateFiles } from '../../support/certificates.js'

let files: CertificateFiles
let ca: string
let cert: string
let key: string
let otherKey: string
beforeAll(async () => {
  files = certificateFiles()
  const issuer = await createIssuer('issuer')
  const [one, other] = [await issuer.client('one'), await issuer.client('other')]
  ca = files.write('ca.pem', issuer.ca)
  cert = files.write('one.pem', one.cert)
  key = files.write('one.key', one.key)
  otherKey = files.write('other.key', other.key)
})
afterAll(() => files.close())

const address = { TEMPORAL_ADDRESS: 'temporal.example.org:7233' }
const securityOf = (environment: NodeJS.ProcessEnv) =>
  parseConfig({ ...address, ...environment }).temporalSecurity

describe('the variables of Temporal', () => {
  test('where none is set there is no TLS, and nothing else', () => {
    expect(securityOf({})).toEqual({})
  })

  test.each([
    ['true', true],
    ['1', true],
    ['false', false],
    ['0', false],
  ])('TEMPORAL_TLS=%s', (value, isTls) => {
    expect(Boolean(securityOf({ TEMPORAL_TLS: value }).tls)).toBe(isTls)
  })

  test('certificates are read, and turn TLS on', () => {
    const { tls } = securityOf({
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca,
      TEMPORAL_TLS_CLIENT_CERT_PATH: cert,
      TEMPORAL_TLS_CLIENT_KEY_PATH: key,
      TEMPORAL_TLS_SERVER_NAME: 'temporal.internal',
    })
    expect(tls).toMatchObject({ serverNameOverride: 'temporal.internal' })
    const { serverRootCACertificate, clientCertPair } = tls as Exclude<typeof tls, boolean | null | undefined>
    expect(Buffer.from(serverRootCACertificate ?? []).toString()).toContain('BEGIN CERTIFICATE')
    expect(Buffer.from(clientCertPair?.key ?? []).toString()).toContain('BEGIN PRIVATE KEY')
  })

  test('an API key goes over TLS', () => {
    expect(securityOf({ TEMPORAL_API_KEY: 'a-key' })).toEqual({ tls: true, apiKey: 'a-key' })
    expect(securityOf({ TEMPORAL_API_KEY_FILE: files.write('api-key', 'a-key\n') })).toEqual({
      tls: true,
      apiKey: 'a-key',
    })
  })

  test('what is empty is not set, as a Compose file passes it on', () => {
    const empty = Object.fromEntries(
      ['TLS', 'TLS_CLIENT_CERT_PATH', 'API_KEY', 'PROFILE', 'CONFIG_FILE'].map((name) => [
        `TEMPORAL_${name}`,
        '',
      ]),
    )
    expect(securityOf({ ...empty, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca }).tls).toBeTruthy()
    expect(securityOf(empty)).toEqual({})
  })

  test('a host is always verified', () => {
    expect(() => securityOf({ TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' })).toThrow(
      'TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: the host of Temporal is always verified',
    )
    expect(securityOf({ TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'false' })).toEqual({})
  })

  test('the built-in Temporal has none of it', () => {
    const config = parseConfig({ TEMPORAL_TLS: 'true', TEMPORAL_API_KEY: 'a-key' })
    expect([config.temporalAddress, config.temporalSecurity]).toEqual([undefined, {}])
  })

  test.each<[string, () => NodeJS.ProcessEnv, string | RegExp]>([
    [
      'an API key without TLS',
      () => ({ TEMPORAL_API_KEY: 'Pelican', TEMPORAL_TLS: 'false' }),
      'TEMPORAL_TLS: without TLS, TEMPORAL_API_KEY could be read on the way',
    ],
    [
      'neither yes nor no',
      () => ({ TEMPORAL_TLS: 'yes' }),
      "TEMPORAL_TLS: expected true or false, got 'yes'",
    ],
    [
      'a file that is not there',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/nothing/ca.pem' }),
      "TEMPORAL_TLS_SERVER_CA_CERT_PATH: there is no such file: '/nothing/ca.pem'",
    ],
    [
      'a certificate without its key',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_PATH: cert }),
      'TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH: one is set without the other',
    ],
    [
      'a certificate with the key of another',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_PATH: cert, TEMPORAL_TLS_CLIENT_KEY_PATH: otherKey }),
      /no certificates and keys that can be used together \(.*key values mismatch\)/,
    ],
    [
      'an issuer that is none',
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.write('none.pem', 'Pelican') }),
      'the file of the issuer has no certificate in PEM form',
    ],
  ])('%s is said', (_what, environment, expected) => {
    expect(() => securityOf(environment())).toThrow(expected)
    expect(() => securityOf(environment())).not.toThrow('Pelican')
  })
})

describe('a profile of the configuration file', () => {
  const profile = `
[profile.cloud]
address = "cloud.example.org:7233"
namespace = "school"
api_key = "Pelican"
[profile.default]
address = "default.example.org:7233"
`

  test('decides where the environment says nothing', () => {
    const file = files.write('temporal.toml', profile)
    const named = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'cloud' }
    expect(parseConfig(named)).toMatchObject({
      temporalAddress: 'cloud.example.org:7233',
      temporalNamespace: 'school',
      temporalSecurity: { tls: true, apiKey: 'Pelican' },
    })
    expect(parseConfig({ ...named, ...address, TEMPORAL_NAMESPACE: 'other' })).toMatchObject({
      temporalAddress: address.TEMPORAL_ADDRESS,
      temporalNamespace: 'other',
    })
    // As where no profile is: something else would be used in silence.
    expect(() => parseConfig({ ...named, TEMPORAL_ADDRESS: '' })).toThrow('TEMPORAL_ADDRESS: ')
    expect(parseConfig({ TEMPORAL_CONFIG_FILE: file })).toMatchObject({
      temporalAddress: 'default.example.org:7233',
      temporalNamespace: 'default',
    })
  })

  test('that nobody names decides nothing', () => {
    const folder = dirname(files.path('x'))
    mkdirSync(join(folder, 'temporalio'), { recursive: true })
    files.write('temporalio/temporal.toml', profile)
    const home = { XDG_CONFIG_HOME: folder, HOME: folder }
    expect(parseConfig(home).temporalAddress).toBeUndefined()
    expect(parseConfig({ ...home, ...address }).temporalSecurity).toEqual({})
    expect(parseConfig({ ...home, TEMPORAL_PROFILE: 'cloud' })).toMatchObject({
      temporalAddress: 'cloud.example.org:7233',
    })
  })

  test.each<[string, () => NodeJS.ProcessEnv, RegExp]>([
    [
      'no file',
      () => ({ TEMPORAL_CONFIG_FILE: '/nothing.toml' }),
      /TEMPORAL_CONFIG_FILE: there is no such file/,
    ],
    [
      'no TOML',
      () => ({ TEMPORAL_CONFIG_FILE: files.write('broken.toml', 'api_key = "Pelican\n[profile') }),
      /TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE: the file is no TOML \(line 1\)/,
    ],
    [
      'no such profile',
      () => ({ TEMPORAL_CONFIG_FILE: files.write('temporal.toml', profile), TEMPORAL_PROFILE: 'none' }),
      /Profile 'none' not found/,
    ],
    [
      'no address',
      () => ({ TEMPORAL_CONFIG_FILE: files.write('bare.toml', '[profile.default]\nnamespace = "x"\n') }),
      /the profile has no address/,
    ],
    [
      'a file of its that is not there',
      () => ({
        TEMPORAL_CONFIG_FILE: files.write(
          'lost.toml',
          '[profile.default]\naddress = "x:7233"\n[profile.default.tls]\nserver_ca_cert_path = "/nothing.pem"\n',
        ),
      }),
      /TEMPORAL_CONFIG_FILE: .*\/nothing\.pem/,
    ],
  ])('%s is said, and nothing of the file', (_what, environment, expected) => {
    const { problems } = readTemporal(environment())
    expect(problems).toEqual([expect.stringMatching(expected)])
    expect(problems[0]).not.toContain('Pelican')
  })
})
