import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { ConfigError } from './config-error.js'

/** What a secret or a chain of certificates has is far below it. */
const maxBytes = 64 * 1_024

/**
 * A file that a setting names.
 * @throws ConfigError with the setting and the path, and never with anything of the file
 */
export function readNamedFile(setting: string, path: string): Buffer {
  try {
    return readAtMost(path)
  } catch (error) {
    throw new ConfigError(`${setting}: ${whyUnread(error)}: '${path}'`)
  }
}

/** By hand, since a device or a pipe does not say how long it is. */
function readAtMost(path: string): Buffer {
  const file = openSync(path, 'r')
  try {
    if (fstatSync(file).isDirectory()) throw new Unusable('it is a folder, and no file')
    const bytes = Buffer.alloc(maxBytes + 1)
    let length = 0
    for (let read = -1; read !== 0 && length <= maxBytes; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null)
    if (length > maxBytes) throw new Unusable(`the file has more than ${maxBytes} bytes`)
    return bytes.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

class Unusable extends Error {}

function whyUnread(error: unknown): string {
  if (error instanceof Unusable) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  return code === 'EACCES' || code === 'EPERM'
    ? 'this user may not read the file'
    : `the file can't be read (${code})`
}
