import { chmodSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The folder with everything that belongs to one embedded system. */
export interface Home {
  path: string
  lockFile: string
  /** The stack that runs here now: see running-stack.ts. */
  recordFile: string
  encryptionKeyFile: string
  postgresDir: string
  postgresPasswordFile: string
  /** Where the data is when it can't be in `postgresDir`: see postgres-place.ts. */
  postgresPlaceFile: string
  temporalDbFile: string
  logsDir: string
}

export function describeHome(path: string): Home {
  const absolute = resolve(path)
  return {
    path: absolute,
    lockFile: join(absolute, 'lock'),
    recordFile: join(absolute, 'stack.json'),
    encryptionKeyFile: join(absolute, 'encryption.key'),
    postgresDir: join(absolute, 'postgres'),
    postgresPasswordFile: join(absolute, 'postgres.password'),
    postgresPlaceFile: join(absolute, 'postgres.place'),
    temporalDbFile: join(absolute, 'temporal', 'temporal.db'),
    logsDir: join(absolute, 'logs'),
  }
}

export function makeHome(path: string): Home {
  const home = describeHome(path)
  mkdirSync(home.path, { recursive: true })
  // An empty one is ours to open, too; what others have put things into is not.
  const isOurs = readdirSync(home.path).length === 0
  // Root's Postgres runs as another user, who must get through to its data; the rest is closed one by one.
  if (isOurs) chmodSync(home.path, process.getuid?.() === 0 ? 0o711 : 0o700)
  for (const folder of [home.logsDir, join(home.path, 'temporal')])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  return home
}
