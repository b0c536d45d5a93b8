import { spawnSync } from 'node:child_process'
import { StackError } from '../errors.js'

/** Whom Postgres runs as when we are root, which it refuses to be. */
export interface UnixUser {
  uid: number
  gid: number
}

const name = 'postgres'

/** The system's postgres user, made if missing; undefined when we are not root and Postgres can run as us. */
export function postgresUser(): UnixUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  return lookUp() ?? make()
}

/** Whether `user` gets to `path` through all of its parents. Asked of the system, which knows ACLs and mounts. */
export function canReach(user: UnixUser | undefined, path: string): boolean {
  if (!user) return true
  return spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...user, cwd: '/' }).status === 0
}

function lookUp(): UnixUser | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
  if (uid?.status !== 0 || gid?.status !== 0) return undefined
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
}

function make(): UnixUser {
  const made = spawnSync('useradd', ['--system', '--user-group', '--shell', '/bin/false', name], {
    encoding: 'utf8',
  })
  const user = lookUp()
  if (user) return user
  const reason = made.error?.message ?? made.stderr.trim()
  throw new StackError(
    `Postgres does not run as root, and a user '${name}' for it could not be made (${reason}). ` +
      `Start Carillon as an ordinary user, make a user '${name}', or set DATABASE_URL to a Postgres of yours.`,
  )
}
