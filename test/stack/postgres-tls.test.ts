import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openEventConnection } from '../../src/api/events/event-connection.js'
import { explainPostgresError } from '../../src/client/postgres-errors.js'
import { connectionTo } from '../../src/store/connection.js'
import { dropConnections, openDatabase } from '../../src/store/database.js'
import { lookAnew } from '../../src/worker/watched-connection.js'
import {
  certificateFiles,
  createIssuer,
  type CertificateFiles,
  type Issuer,
} from '../support/certificates.js'
import { startTlsPostgres, tlsPassword, type TlsPostgres } from '../support/postgres-tls.js'

let issuer: Issuer
let files: CertificateFiles
let postgres: TlsPostgres
let ca: string
let otherCa: string
beforeAll(async () => {
  issuer = await createIssuer('issuer')
  files = certificateFiles()
  ca = files.write('ca.pem', issuer.ca)
  otherCa = files.write('other-ca.pem', (await createIssuer('other')).ca)
  const mutual = await issuer.client('mutual')
  files.write('mutual.pem', mutual.cert)
  files.write('mutual.key', mutual.key)
  postgres = await startTlsPostgres(issuer)
})
afterAll(async () => {
  await postgres.close()
  files.close()
})

const verified = () => `?sslmode=verify-full&sslrootcert=${ca}`
const path = (name: string) => files.path(name)
const withCertificate = (name: string) => `&sslcert=${path(`${name}.pem`)}&sslkey=${path(`${name}.key`)}`

/** As a pool of ours connects. */
async function transportOf(url: string) {
  const database = openDatabase(url, { maxConnections: 1 })
  try {
    const { rows } = await database.query<{ ssl: boolean; client: string | null }>(
      'select ssl, client_dn as client from pg_stat_ssl where pid = pg_backend_pid()',
    )
    return rows[0]
  } finally {
    await database.end()
  }
}

async function refusalOf(url: string): Promise<string> {
  const error: unknown = await transportOf(url).then(
    () => undefined,
    (reason: unknown) => explainPostgresError(reason),
  )
  if (!(error instanceof Error)) throw new Error('it was let in')
  expect(error).toMatchObject({ name: 'CarillonError', code: 'unreachable' })
  expect(error.message).not.toContain(tlsPassword)
  return error.message
}

describe('with TLS', () => {
  test.each<[string, () => string, string]>([
    ['require, of whoever answers', () => '?sslmode=require', '127.0.0.1'],
    ['verify-ca, under any name', () => `?sslmode=verify-ca&sslrootcert=${ca}`, '127.0.0.1'],
    ['require with an issuer, which is the same', () => `?sslmode=require&sslrootcert=${ca}`, '127.0.0.1'],
    ['verify-full, under the name of the certificate', verified, 'localhost'],
    ['direct negotiation', () => `${verified()}&sslnegotiation=direct`, 'localhost'],
  ])('%s', async (_what, query, host) => {
    expect(await transportOf(postgres.urlOf('app', query(), host))).toMatchObject({ ssl: true })
  })

  test('the issuer is verified', async () => {
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await refusalOf(postgres.urlOf('app', `?sslmode=${mode}&sslrootcert=${otherCa}`))).toMatch(
        /^There is no TLS with Postgres \((SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+)\)\. Set `sslrootcert`/,
      )
    // By the issuers that everybody trusts, ours is nobody.
    expect(await refusalOf(postgres.urlOf('app', '?sslmode=verify-full'))).toContain('Set `sslrootcert`')
  })

  test('the host is verified by verify-full', async () => {
    expect(await refusalOf(postgres.urlOf('app', verified(), '127.0.0.1'))).toBe(
      'There is no TLS with Postgres (ERR_TLS_CERT_ALTNAME_INVALID). Its certificate is that of another host: name in DATABASE_URL the host that it is for, or set `sslmode=verify-ca`.',
    )
  })

  test('who comes without it is told that it may be that', async () => {
    for (const query of ['', '?sslmode=disable'])
      expect(await refusalOf(postgres.urlOf('app', query))).toContain('It may ask for TLS (`sslmode`)')
  })
})

describe('with a certificate of ours', () => {
  test('it is who the certificate says', async () => {
    const url = postgres.urlOf('mutual', `${verified()}${withCertificate('mutual')}`)
    expect(await transportOf(url)).toEqual({ ssl: true, client: '/CN=mutual' })
  })

  test('none, another one and that of another issuer are refused, with what to do', async () => {
    expect(await refusalOf(postgres.urlOf('mutual', verified()))).toContain(
      'or for a certificate (`sslcert`, `sslkey`)',
    )
    const other = await issuer.client('somebody')
    files.write('somebody.pem', other.cert)
    files.write('somebody.key', other.key)
    expect(await refusalOf(postgres.urlOf('mutual', `${verified()}${withCertificate('somebody')}`))).toMatch(
      /certificate/,
    )
    const stranger = await (await createIssuer('stranger')).client('mutual')
    files.write('stranger.pem', stranger.cert)
    files.write('stranger.key', stranger.key)
    expect(await refusalOf(postgres.urlOf('mutual', `${verified()}${withCertificate('stranger')}`))).toMatch(
      /There is no TLS with Postgres|cannot be reached/,
    )
  })

  test('one that is renewed counts for the next connection of a pool', async () => {
    const renewed = await issuer.client('mutual')
    const wrong = await issuer.client('nobody')
    files.write('turned.pem', wrong.cert)
    files.write('turned.key', wrong.key)
    const database = openDatabase(postgres.urlOf('mutual', `${verified()}${withCertificate('turned')}`))
    try {
      await expect(database.query('select 1')).rejects.toThrow()
      files.write('turned.pem', renewed.cert)
      files.write('turned.key', renewed.key)
      expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    } finally {
      await database.end()
    }
  })
})

test('the connections that listen and watch come by TLS, too', async () => {
  const url = postgres.urlOf('mutual', `${verified()}${withCertificate('mutual')}`)
  const database = openDatabase(url)
  const { db, drop } = await openEventConnection(url, {
    database,
    onNews: () => undefined,
    onLost: () => undefined,
  })
  try {
    const { rows } = await db.query('select ssl from pg_stat_ssl where pid = pg_backend_pid()')
    expect(rows).toEqual([{ ssl: true }])
  } finally {
    drop()
    await database.end()
  }
  expect(await lookAnew(url)).toMatchObject({ kind: 'writable' })
  expect(await lookAnew(postgres.urlOf('mutual', '?sslmode=disable'))).toEqual({ kind: 'silent' })
})

test('what waits for an answer over TLS fails at once where the connections are dropped', async () => {
  const database = openDatabase(postgres.urlOf('app', verified()))
  try {
    await database.query('select 1')
    const waiting = database.query('select pg_sleep(60)').catch((error: unknown) => error)
    await new Promise((resolve) => setImmediate(resolve))
    dropConnections(database)
    expect(await waiting).toBeInstanceOf(Error)
    expect((await database.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  } finally {
    await database.end()
  }
})

test('a Postgres without TLS is said to have none, where it is asked for', async () => {
  const admin = new Client(connectionTo(postgres.adminUrl))
  await admin.connect()
  try {
    await admin.query('alter system set ssl = off')
    await admin.query('select pg_reload_conf()')
    await expect
      .poll(async () => await refusalOf(postgres.urlOf('app', '?sslmode=require')))
      .toBe(
        'Postgres takes no TLS, and `sslmode` asks for it. Turn `ssl` on there, or set `sslmode=disable`.',
      )
  } finally {
    await admin.query('alter system reset ssl')
    await admin.query('select pg_reload_conf()')
    await admin.end()
  }
})
