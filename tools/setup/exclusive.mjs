import { execFileSync } from 'node:child_process'
import {
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 200
// A lock file is created and filled in one go; one that is still empty after this belongs to a process that
// died in between.
const emptyLockMs = 5_000

/** Runs `work` while no other process holds `file`. The lock of a process that has died is taken over. */
export async function exclusively(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  for (;;) {
    if (tryLock(file)) break
    const holder = holderOf(file)
    if (holder === 'dead') {
      takeAway(file)
      continue
    }
    if (!told && typeof holder === 'number') onWait(holder)
    told ||= typeof holder === 'number'
    await delay(pollMs)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

function tryLock(file) {
  try {
    const lock = openSync(file, 'wx')
    writeSync(lock, [process.pid, startOf(process.pid) ?? []].flat().join(' '))
    closeSync(lock)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

/** Two waiters may both have seen the dead lock; the slower must not remove what the faster made since. */
function takeAway(file) {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch (error) {
    if (error.code === 'ENOENT') return
    throw error
  }
  if (holderOf(aside) !== 'dead') linkSync(aside, file)
  rmSync(aside)
}

/** @returns the holder's pid, 'dead', or undefined while it is just being written or just went */
function holderOf(file) {
  try {
    const [, digits, startedAt] = /^(\d+)(?: (.+))?$/.exec(readFileSync(file, 'utf8')) ?? []
    const pid = Number(digits)
    if (pid > 0) return isAlive(pid, startedAt) ? pid : 'dead'
    return Date.now() - statSync(file).mtimeMs > emptyLockMs ? 'dead' : undefined
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** @param startedAt of the holder; another process may have its pid by now. Not there where it could not be told */
function isAlive(pid, startedAt) {
  if (pid === process.pid) return false // left by an earlier process that had our pid
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  const now = startedAt === undefined ? undefined : startOf(pid)
  return now === undefined || now === startedAt
}

/** As src/stack/process-identity.ts, which is not built yet. Undefined where it can't be told. */
function startOf(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      // proc(5): start time is field 22, and the second, in brackets, may contain spaces.
      return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
    }
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' }
    const ps = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env })
    return ps.trim() || undefined
  } catch (error) {
    // The system hides it, it has just ended, or there is no ps.
    if (error.code !== undefined || error.status !== undefined) return undefined
    throw error
  }
}
