import { execFile } from 'node:child_process'
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, StackError } from '../errors.js'
import type { PostgresPlace } from './place.js'
import type { UnixUser } from './user.js'
import { commandLineOf, identify } from '../process-identity.js'

export const superuser = 'carillon'

/** Makes the data folder, unless it is there. It is made aside and renamed: a killed start leaves no half of it. */
export async function makeCluster(
  place: PostgresPlace,
  password: string,
  user: UnixUser | undefined,
): Promise<void> {
  if (existsSync(place.dataDir)) {
    checkMajorVersion(place)
    return
  }
  const unfinished = `${place.dataDir}.new`
  const passwordFile = `${place.dataDir}.pw`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  try {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
    if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid)
    await initdb(place, unfinished, passwordFile, user)
  } finally {
    rmSync(passwordFile, { force: true })
  }
  renameSync(unfinished, place.dataDir)
}

async function initdb(
  place: PostgresPlace,
  dir: string,
  passwordFile: string,
  user: UnixUser | undefined,
): Promise<void> {
  const args = [
    `--pgdata=${dir}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Postgres' own C.UTF-8: the same order of texts on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ]
  const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
  try {
    await promisify(execFile)(join(place.nativeDir, 'bin/initdb'), args, { cwd: '/', env, ...user })
  } catch (error) {
    // Its message is the command and all that it wrote to stderr.
    throw new StackError(`Postgres could not make its data folder ${dir}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

function checkMajorVersion({ dataDir, version }: PostgresPlace): void {
  const dataMajor = readFileSync(join(dataDir, 'PG_VERSION'), 'utf8').trim()
  if (dataMajor === version.split('.')[0]) return
  throw new StackError(
    `The data in ${dataDir} was made by Postgres ${dataMajor}, and this Carillon brings ${version}. Move it over ` +
      `with pg_dump of the older version, or set DATABASE_URL to a Postgres ${dataMajor} that serves it.`,
  )
}

/**
 * After a crash, postmaster.pid names a pid that is free or is another program's by now (in a container, the
 * same few pids are used each time). Postgres then refuses to start if that program is its own user's.
 */
export function removeStalePidFile(dataDir: string): void {
  const pidFile = join(dataDir, 'postmaster.pid')
  if (!existsSync(pidFile)) return
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0])
  if (identify(pid) && commandLineOf(pid).includes(dataDir))
    throw new StackError(
      `A Postgres (process ${pid}) already runs on ${dataDir}, and this folder has no record of having started ` +
        `it. Stop it with 'kill -INT ${pid}' and start again.`,
    )
  rmSync(pidFile)
}
