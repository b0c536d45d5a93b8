import { existsSync } from 'node:fs'
import type { Config } from '../config.js'
import { keyRingSource, readKeyRingFile, type KeyRingEvents } from '../settings/key-ring-file.js'
import type { RingKey } from '../settings/key-ring-text.js'
import { describeHome } from '../stack/home.js'
import { KeyRing } from '../store/encryption/key-ring.js'

type KeySettings = Pick<Config, 'encryptionKeys' | 'encryptionKeyFile' | 'databaseUrl' | 'home'>

/** The keys that the workers have: the environment's, or those that `npm start` made for its own Postgres. */
export function ringKeysOf(settings: KeySettings): { keys: readonly RingKey[]; file?: string } {
  const { encryptionKeys: keys, encryptionKeyFile: file } = settings
  if (keys.length > 0) return { keys, ...(file !== undefined && { file }) }
  const own = ownKeyFile(settings)
  return own === undefined ? { keys } : { keys: readKeyRingFile(own), file: own }
}

/** The ring of this process. Where it is in a file, keys that are added there are in the ring without a new start. */
export function keyRingOf(settings: KeySettings, events?: KeyRingEvents): KeyRing {
  const { keys, file } = ringKeysOf(settings)
  return new KeyRing(
    keys.map(({ key }) => key),
    file === undefined ? undefined : keyRingSource(file, events),
  )
}

function ownKeyFile({ databaseUrl, home }: KeySettings): string | undefined {
  if (databaseUrl !== undefined) return undefined
  const { encryptionKeyFile } = describeHome(home)
  return existsSync(encryptionKeyFile) ? encryptionKeyFile : undefined
}
