import { existsSync, readFileSync, rmSync } from 'node:fs'
import { StackError } from '../../src/stack/errors.js'
import { makeHome } from '../../src/stack/home.js'
import { tryLock } from '../../src/stack/lock.js'
import { stopOrphans } from '../../src/stack/orphans.js'
import type { Progress } from '../../src/stack/progress.js'

/** Removes what an earlier demo left in this folder: its processes first, then its data. */
export async function clearHome(path: string, progress: Progress): Promise<void> {
  if (!existsSync(path)) return
  const home = makeHome(path)
  const lock = tryLock(home.lockFile)
  if (lock.kind === 'held')
    throw new StackError(
      `A demo already runs on ${home.path} (process ${lock.by.pid}). Stop that one, or use another folder: --home <folder>.`,
    )
  try {
    await stopOrphans(home.recordFile, progress)
    // Where Postgres could not keep its data in the home, the home remembers where it is.
    if (existsSync(home.postgresPlaceFile))
      rmSync(readFileSync(home.postgresPlaceFile, 'utf8').trim(), { recursive: true, force: true })
    for (const leftover of [
      home.postgresPlaceFile,
      home.postgresDir,
      home.postgresPasswordFile,
      home.encryptionKeyFile,
      home.logsDir,
      `${home.path}/temporal`,
    ])
      rmSync(leftover, { recursive: true, force: true })
  } finally {
    lock.release()
  }
}
