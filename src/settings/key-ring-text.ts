import { ConfigError } from './config-error.js'
import { fingerprintOf, keyBytes } from '../store/encryption/key-ring.js'

/** One key of a ring. */
export type RingKey = {
  /** Its fingerprint: it names the key and tells nothing of it. */
  id: string
  key: Uint8Array
  /** When it came into the ring, or became the current one, where that was noted. */
  since?: Date
}

const header = [
  '# The keys of Carillon. The first one seals; each of them opens what it has sealed. Who has this file can read all',
  '# that is stored: keep it secret. Without it nobody can: keep a copy elsewhere.',
  '# A line is: the key (32 bytes in base64), its id, and since when it is there. Id and time may be left out.',
]

/**
 * The keys, the current one first. They are apart by lines or commas, so that a ring fits into a variable, too; what follows
 * `#` is a remark. One key alone is a ring of one.
 * @throws ConfigError which tells nothing of what is in it but ids
 */
export function parseKeyRing(text: string): RingKey[] {
  const entries = text
    .split('\n')
    .map((line) => line.replace(/#.*$/, ''))
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  if (entries.length === 0) throw new ConfigError('there is no key in it')
  return entries.map((entry, index) => readEntry(entry, entries.length === 1 ? '' : `key ${index + 1}: `))
}

function readEntry(entry: string, where: string): RingKey {
  const [text = '', id, added, ...more] = entry.split(/\s+/)
  const key = Buffer.from(text, 'base64')
  if (key.length !== keyBytes)
    throw new ConfigError(
      `${where}expected ${keyBytes} bytes in base64 (\`openssl rand -base64 ${keyBytes}\`), got ${key.length} bytes`,
    )
  const found = fingerprintOf(key)
  if (id !== undefined && id !== found)
    throw new ConfigError(
      `${where}its id is ${found}, and another one is written beside it: the key or the id was altered`,
    )
  const since = added === undefined ? undefined : new Date(added)
  if (more.length > 0 || (since !== undefined && Number.isNaN(since.getTime())))
    throw new ConfigError(`${where}expected the key, its id and a time such as 2026-11-30T08:00:00Z`)
  return { id: found, key, ...(since && { since }) }
}

/** What `parseKeyRing` reads. */
export function formatKeyRing(keys: readonly RingKey[]): string {
  const lines = keys.map(({ id, key, since }) =>
    [Buffer.from(key).toString('base64'), id, ...(since ? [since.toISOString()] : [])].join(' '),
  )
  return [...header, ...lines, ''].join('\n')
}
