import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Config } from '../../config.js'
import { readKeyRingFile, writeKeyRingFile } from '../../settings/key-ring-file.js'
import type { RingKey } from '../../settings/key-ring-text.js'
import { codeOf, messageOf } from '../../stack/errors.js'
import { waitForLock } from '../../stack/lock.js'
import { fingerprintOf, keyBytes } from '../../store/encryption/key-ring.js'
import { ringKeysOf } from '../encryption-key.js'
import { CarillonError } from '../errors.js'

type RingSettings = Pick<Config, 'encryptionKeys' | 'encryptionKeyFile' | 'databaseUrl' | 'home'>

export type AddKeyOptions = {
  /** Where the ring is written that is in no file yet. */
  file?: string
  /** It opens, and does not seal yet: for when several machines have the ring, and all are to have the key before. */
  standby?: boolean
}

export type AddedKey = {
  id: string
  /** Of the key that seals from now on. */
  current: string
  file: string
  /** Whether the processes read that file already, and have the key without a new start. */
  isRead: boolean
}

/** @throws CarillonError `invalid`, `conflict` */
export async function addKey(
  settings: RingSettings,
  { file, standby = false }: AddKeyOptions = {},
): Promise<AddedKey> {
  const ring = ringKeysOf(settings)
  const place = placeOf(ring.file, file)
  const key = randomBytes(keyBytes)
  const added = { id: fingerprintOf(key), key, since: new Date() }
  const keys = await changed(place, (before) => {
    const known = ring.file === undefined ? ring.keys : before
    return standby && known.length > 0 ? [...known, added] : [added, ...known]
  })
  return { id: added.id, current: keys[0]?.id ?? added.id, file: place, isRead: ring.file !== undefined }
}

/** Lets a key of the ring seal from now on. @throws CarillonError `invalid`, `not_found` */
export async function makeCurrent(settings: RingSettings, id: string): Promise<void> {
  const { keys, file } = ringKeysOf(settings)
  if (keys[0]?.id === id) return
  if (file === undefined)
    throw new CarillonError(
      'invalid',
      'The ring is in CARILLON_ENCRYPTION_KEY, where nobody but you can put another key first.',
    )
  await changed(file, (before) => {
    const found = before.find((key) => key.id === id)
    if (found === undefined)
      throw new CarillonError(
        'not_found',
        `The ring has no key ${id}: it has ${before.map((key) => key.id).join(', ')}.`,
      )
    return [{ ...found, since: new Date() }, ...before.filter((key) => key !== found)]
  })
}

function placeOf(own: string | undefined, given: string | undefined): string {
  if (own !== undefined) {
    if (given !== undefined && resolve(given) !== resolve(own))
      throw new CarillonError('invalid', `The ring is in the file ${own}. Leave --file out.`)
    return own
  }
  if (given === undefined)
    throw new CarillonError(
      'invalid',
      'The ring is in no file that a key could be added to. Give --file <path>: a file is written there with the keys of CARILLON_ENCRYPTION_KEY and the new one.',
    )
  if (existsSync(given))
    throw new CarillonError(
      'conflict',
      `There is a file ${given} already. If it is your ring, set CARILLON_ENCRYPTION_KEY_FILE to it; else give another path.`,
    )
  return given
}

/** Under a lock: of two that change it at once, neither may take the other's key away. */
async function changed(
  file: string,
  change: (keys: readonly RingKey[]) => readonly RingKey[],
): Promise<readonly RingKey[]> {
  try {
    const release = await waitForLock(`${file}.lock`, () => undefined)
    try {
      const keys = change(existsSync(file) ? readKeyRingFile(file) : [])
      writeKeyRingFile(file, keys)
      return keys
    } finally {
      release()
    }
  } catch (error) {
    if (error instanceof CarillonError || codeOf(error) === undefined) throw error
    throw new CarillonError(
      'invalid',
      `The ring cannot be written (${messageOf(error)}). Where it comes from a place that is read only, put a line with a new key (\`openssl rand -base64 32\`) before its first one there.`,
      { cause: error },
    )
  }
}
