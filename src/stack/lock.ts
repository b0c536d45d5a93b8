import { createHash, randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { codeOf } from './errors.js'
import { isRunning, processIdentitySchema, self, type ProcessIdentity } from './process-identity.js'

const pollMs = 250

export type LockAttempt = { kind: 'locked'; release: () => void } | { kind: 'held'; by: ProcessIdentity }

/** Takes `file` as a lock, or says which live process has it. A dead process holds nothing. */
export function tryLock(file: string): LockAttempt {
  const locked: LockAttempt = { kind: 'locked', release: () => rmSync(file, { force: true }) }
  for (;;) {
    if (linkNew(file)) return locked
    const holder = readHolder(file)
    if (!holder) continue
    if (isRunning(holder)) return { kind: 'held', by: holder }
    const succession = tryLock(successionOf(file, holder))
    if (succession.kind === 'held') return succession
    try {
      if (succeed(file, holder)) return locked
    } finally {
      succession.release()
    }
  }
}

/** Waits until `file` can be taken as a lock; `onWait` hears of the holder once. */
export async function waitForLock(
  file: string,
  onWait: (holder: ProcessIdentity) => void,
  signal?: AbortSignal,
): Promise<() => void> {
  let told = false
  for (;;) {
    const attempt = tryLock(file)
    if (attempt.kind === 'locked') return attempt.release
    if (!told) onWait(attempt.by)
    told = true
    await delay(pollMs, undefined, signal ? { signal } : {})
  }
}

export function readHolder(file: string): ProcessIdentity | undefined {
  const text = readIfThere(file)
  if (text === undefined) return undefined
  try {
    return processIdentitySchema.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(`${file} is no lock of ours (${String(error)}). If no Carillon runs here, remove it.`, {
      cause: error,
    })
  }
}

/** By link and not by exclusive create: a lock never exists without its content. */
function linkNew(file: string): boolean {
  const own = writeAside(file)
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own)
  }
}

/**
 * Many may see the same holder dead, and the fastest may have its own lock there by now. So each dead holder has a
 * lock on its succession, of the same kind and named by it: who has that one is alone in replacing this very holder.
 */
function successionOf(file: string, dead: ProcessIdentity): string {
  return `${file}.after-${createHash('sha256').update(JSON.stringify(dead)).digest('hex').slice(0, 12)}`
}

/** @returns whether `file` is ours; not if somebody succeeded `dead` before we had the lock on its succession */
function succeed(file: string, dead: ProcessIdentity): boolean {
  const now = readHolder(file)
  if (now?.pid !== dead.pid || now.startedAt !== dead.startedAt) return false
  renameSync(writeAside(file), file) // replaces it in one step: the lock is never free meanwhile
  return true
}

function writeAside(file: string): string {
  const aside = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  writeFileSync(aside, JSON.stringify(self()), { mode: 0o600 })
  return aside
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
