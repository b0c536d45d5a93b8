import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** For files that are slow to get and the same for every project of this user: ~/.cache/carillon. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  // XDG Base Directory Specification: an empty or relative value counts as unset.
  const base = env.XDG_CACHE_HOME?.startsWith('/')
    ? env.XDG_CACHE_HOME
    : join(env.HOME ?? homedir(), '.cache')
  const dir = join(base, 'carillon')
  mkdirSync(dir, { recursive: true })
  return dir
}
