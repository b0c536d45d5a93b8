import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config.js'
import { connectionsTo, connectionTo } from '../../../src/store/connection.js'
import { certificateFiles, createIssuer, type CertificateFiles } from '../../support/certificates.js'

let files: CertificateFiles
let ca: string
let cert: string
let key: string
beforeAll(async () => {
  files = certificateFiles()
  const issuer = await createIssuer('issuer')
  const client = await issuer.client('carillon_app')
  ca = files.write('ca.pem', issuer.ca)
  cert = files.write('client.pem', client.cert)
  key = files.write('client.key', client.key)
})
afterAll(() => files.close())

const base = 'postgres://carillon_app:p%40ss@postgres.example.org:5433/carillon'
const tlsOf = (query: string, environment: NodeJS.ProcessEnv = {}) =>
  connectionTo(`${base}${query}`, environment).ssl

describe('sslmode means what it means to libpq', () => {
  test('nothing said is no TLS, and `disable` is none whatever else is said', () => {
    expect(tlsOf('')).toBeUndefined()
    expect(tlsOf('?sslmode=disable')).toBe(false)
    expect(tlsOf('?sslmode=disable', { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/nothing' })).toBe(false)
  })

  test('`require` verifies nothing', () => {
    expect(tlsOf('?sslmode=require')).toEqual({ rejectUnauthorized: false })
  })

  test('`require` with a root certificate is `verify-ca`: the issuer, and no host', () => {
    const named = tlsOf(`?sslmode=require&sslrootcert=${ca}`)
    expect(named).toEqual({ ca: expect.any(Buffer), checkServerIdentity: expect.any(Function) })
    expect(JSON.stringify(named)).toBe(JSON.stringify(tlsOf(`?sslmode=verify-ca&sslrootcert=${ca}`)))
  })

  test('`verify-full` leaves everything verified', () => {
    expect(tlsOf(`?sslmode=verify-full&sslrootcert=${ca}`)).toEqual({ ca: expect.any(Buffer) })
    expect(tlsOf('?sslmode=verify-full')).toEqual({})
    expect(tlsOf('?sslmode=verify-full&sslrootcert=system')).toEqual({})
  })

  test('files without a mode are `verify-full`', () => {
    expect(tlsOf(`?sslrootcert=${ca}`)).toEqual({ ca: expect.any(Buffer) })
    expect(tlsOf('?sslrootcert=system')).toEqual({})
  })

  test('the variables count where the URL says nothing', () => {
    const environment = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: ca, PGSSLCERT: cert, PGSSLKEY: key }
    expect(tlsOf('', environment)).toEqual({
      ca: expect.any(Buffer),
      cert: expect.any(Buffer),
      key: expect.any(Buffer),
    })
    expect(tlsOf('?sslmode=require', { PGSSLMODE: 'verify-full' })).toEqual({ rejectUnauthorized: false })
    expect(tlsOf('', { PGSSLMODE: '', PGSSLROOTCERT: '' })).toBeUndefined()
  })

  test('the rest of the URL is as it was', () => {
    const url = `${base}?sslmode=require&options=-c%20lock_timeout%3D2s&application_name=x`
    expect(connectionTo(url, {})).toMatchObject({
      host: 'postgres.example.org',
      port: 5433,
      user: 'carillon_app',
      password: 'p@ss',
      database: 'carillon',
      options: '-c lock_timeout=2s',
      application_name: 'x',
    })
  })
})

describe('what cannot be meant is refused when the program starts', () => {
  test.each<[string, () => string, string | RegExp]>([
    ['prefer', () => '?sslmode=prefer', /'prefer' may be a connection without TLS, and nobody would know/],
    ['allow', () => '?sslmode=allow', /'allow' may be a connection without TLS/],
    ['no-verify', () => '?sslmode=no-verify', /expected one of disable, require, verify-ca, verify-full/],
    ['verify-ca of nobody', () => '?sslmode=verify-ca', /verify-ca needs the certificate/],
    ['system for less', () => '?sslmode=verify-ca&sslrootcert=system', /'system' takes verify-full/],
    [
      'a file that is not there',
      () => '?sslmode=verify-full&sslrootcert=/nothing.pem',
      "sslrootcert in the URL of Postgres: there is no such file: '/nothing.pem'",
    ],
    ['a certificate without a key', () => `?sslmode=require&sslcert=${cert}`, /one is set without the other/],
    [
      'what is no certificate',
      () => `?sslmode=require&sslrootcert=${files.write('none.pem', 'Pelican')}`,
      /no certificate in PEM form/,
    ],
    [
      'a key for a certificate',
      () => `?sslmode=require&sslcert=${key}&sslkey=${key}`,
      /no certificates and keys that can be used together/,
    ],
    [
      'what has no effect here',
      () => '?sslmode=require&sslcrl=/crl.pem',
      /sslcrl in the URL of Postgres has no effect/,
    ],
  ])('%s', (_what, query, expected) => {
    const bad = () => parseConfig({ DATABASE_URL: `${base}${query()}` })
    expect(bad).toThrow(expected)
    expect(bad).not.toThrow(/p%40ss|p@ss|Pelican/)
  })

  test('also where it is in the environment', () => {
    expect(() => parseConfig({ DATABASE_URL: base, PGSSLMODE: 'prefer' })).toThrow(
      "PGSSLMODE: 'prefer' may be",
    )
    expect(() => parseConfig({ DATABASE_URL: base, PGSSLMODE: 'require', PGSSLCRL: '/x' })).toThrow(
      'PGSSLCRL has no effect here',
    )
    expect(() => parseConfig({ PGSSLMODE: 'prefer' })).not.toThrow()
  })
})

test('a certificate that is renewed counts for the next connection, and one that is half written does not', async () => {
  const settings = connectionsTo(`${base}?sslmode=verify-full&sslrootcert=${ca}`)
  const caOf = () => String((settings().ssl as { ca: Buffer }).ca)
  const first = caOf()
  const { ca: renewed } = await createIssuer('renewed')
  files.write('ca.pem', renewed.slice(0, 20))
  expect(caOf()).toBe(first)
  files.write('ca.pem', renewed)
  expect(caOf()).toBe(renewed)
})
