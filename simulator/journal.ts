/**
 * An append-only file of JSON lines. A line is written by one write(2) before what it records is answered, so a
 * killed process loses nothing it has promised; a line torn by the kill is dropped when the file is read.
 * (There is no fsync: this survives the death of the process, not of the machine.)
 */
import { closeSync, existsSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'

/** Buffers travel as { "$b": base64 }. */
const encode = (_key: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return { $b: Buffer.from(value).toString('base64') }
  if (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    value.type === 'Buffer' &&
    'data' in value
  )
    return { $b: Buffer.from(value.data as number[]).toString('base64') }
  return value
}

const decode = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && '$b' in value && typeof value.$b === 'string'
    ? Buffer.from(value.$b, 'base64')
    : value

const line = (entry: unknown): string => `${JSON.stringify(entry, encode)}\n`

export const readJournal = <T>(path: string): T[] => {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  // Every whole line ends with a newline: what follows the last one was being written when the process died.
  lines.pop()
  return lines.map((text, index) => {
    try {
      return JSON.parse(text, decode) as T
    } catch (error) {
      throw new Error(`${path}:${index + 1} is not JSON; the state is damaged, start with another --state`, {
        cause: error,
      })
    }
  })
}

export class Journal<T> {
  #descriptor: number
  #bytes: number

  private constructor(path: string, bytes: number) {
    this.#descriptor = openSync(path, 'a', 0o600)
    this.#bytes = bytes
  }

  /** Replaces the file by `entries`, atomically: a writer that still holds the old file writes to nothing. */
  static create<T>(path: string, entries: T[]): Journal<T> {
    const text = entries.map(line).join('')
    writeFileSync(`${path}.new`, text, { mode: 0o600 })
    renameSync(`${path}.new`, path)
    return new Journal<T>(path, Buffer.byteLength(text))
  }

  get bytes(): number {
    return this.#bytes
  }

  append(entry: T): void {
    const bytes = Buffer.from(line(entry))
    let written = 0
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written)
    this.#bytes += bytes.length
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}
