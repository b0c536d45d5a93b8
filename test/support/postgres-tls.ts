import { execFileSync } from 'node:child_process'
import { appendFileSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeHome } from '../../src/stack/home.js'
import { freePort } from '../../src/stack/ports.js'
import { choosePlace } from '../../src/stack/postgres/place.js'
import { postgresUser } from '../../src/stack/postgres/user.js'
import { startPostgres } from '../../src/stack/postgres/postgres.js'
import { noProgress } from '../../src/stack/progress.js'
import type { Issuer } from './certificates.js'
import { onPostgres } from './postgres-pair.js'

export const tlsPassword = 'Pelican-of-postgres'

export type TlsPostgres = {
  port: number
  /** The superuser's, who may come without TLS. */
  adminUrl: string
  /** Of `app`, who must come by TLS, and of `mutual`, who must have a certificate of that name, too. */
  urlOf(role: 'app' | 'mutual', query: string, host?: string): string
  close(): Promise<void>
}

/** A Postgres with TLS, for `localhost` by its certificate, and not for 127.0.0.1, where it is, too. */
export async function startTlsPostgres(issuer: Issuer): Promise<TlsPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-postgres-'))
  execFileSync('chmod', ['o+x', folder])
  const home = makeHome(join(folder, 'home'))
  const port = await freePort()
  const settings = { home, port, progress: noProgress, isDurable: false }
  const plain = await startPostgres(settings)
  for (const role of ['app', 'mutual']) {
    await onPostgres(plain.url, `create role ${role} login password '${tlsPassword}'`)
    await onPostgres(plain.url, `grant all on database carillon to ${role}`)
  }
  await onPostgres(plain.url, 'alter database carillon owner to mutual')
  await plain.service.stop()

  const user = postgresUser()
  const { dataDir } = choosePlace(home, user)
  const write = (name: string, text: string) => {
    const path = join(dataDir, name)
    writeFileSync(path, text, { mode: 0o600 })
    if (user) chownSync(path, user.uid, user.gid)
  }
  const { cert, key } = await issuer.server([{ type: 'dns', value: 'localhost' }])
  write('server.crt', cert)
  write('server.key', key)
  write('clients.crt', issuer.ca)
  write(
    'pg_hba.conf',
    [
      'host all carillon all scram-sha-256',
      'hostssl all app all scram-sha-256',
      'hostssl all mutual all scram-sha-256 clientcert=verify-full',
    ].join('\n') + '\n',
  )
  appendFileSync(join(dataDir, 'postgresql.conf'), `ssl = on\nssl_ca_file = 'clients.crt'\n`)
  const running = await startPostgres(settings)
  return {
    port,
    adminUrl: running.url,
    urlOf: (role, query, host = 'localhost') =>
      `postgres://${role}:${tlsPassword}@${host}:${port}/carillon${query}`,
    async close() {
      await running.service.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
