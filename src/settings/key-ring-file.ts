import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { KeySource } from '../store/encryption/key-ring.js'
import { ConfigError } from './config-error.js'
import { formatKeyRing, parseKeyRing, type RingKey } from './key-ring-text.js'
import { readNamedFile } from './named-file.js'

/** How often a process that seals looks whether the file is another one. */
const lookEveryMs = 1_000

/** @throws ConfigError with the setting and the path, and nothing of what is in it */
export function readKeyRingFile(path: string, setting = 'key ring'): RingKey[] {
  const text = readNamedFile(setting, path).toString('utf8')
  try {
    return parseKeyRing(text)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(`${setting}: ${error.message}: '${path}'`)
  }
}

/**
 * Puts the ring in the place of the one that is there, whole or not at all: who reads it meanwhile has the old one. Nobody but
 * its owner may read it, and the group where that may already; whoever owned it owns it.
 */
export function writeKeyRingFile(path: string, keys: readonly RingKey[]): void {
  const before = statSync(path, { throwIfNoEntry: false })
  const own = `${path}.${process.pid}`
  try {
    const file = openSync(own, 'wx', 0o600)
    try {
      if (before !== undefined && (before.uid !== process.getuid?.() || before.gid !== process.getgid?.()))
        fchownSync(file, before.uid, before.gid)
      fchmodSync(file, 0o600 | ((before?.mode ?? 0) & 0o040))
      writeSync(file, formatKeyRing(keys))
      // A key that has sealed something must not be lost with the power.
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(own, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(own, { force: true })
    throw error
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export type KeyRingEvents = {
  onChange?: (keys: readonly RingKey[]) => void
  /** The file can't be read as a ring: the keys that were read before stay. */
  onTrouble?: (error: ConfigError) => void
}

/** The keys in the file, as they are now: nobody has to start anew for one that was added. */
export function keyRingSource(path: string, { onChange, onTrouble }: KeyRingEvents = {}): KeySource {
  let known = versionOf(path)
  let lookedMs = performance.now()
  return {
    changed({ isMissed }) {
      const nowMs = performance.now()
      if (!isMissed && nowMs - lookedMs < lookEveryMs) return undefined
      lookedMs = nowMs
      const version = versionOf(path)
      if (version === known) return undefined
      known = version
      try {
        const keys = readKeyRingFile(path)
        onChange?.(keys)
        return keys.map(({ key }) => key)
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error
        onTrouble?.(error)
        return undefined
      }
    },
  }
}

/** Undefined while there is no such file. */
function versionOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found && `${found.ino} ${found.mtimeNs} ${found.size}`
}
