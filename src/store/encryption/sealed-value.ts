import type { Context } from './key-ring.js'

/**
 * A parameter of a statement that goes to Postgres sealed. The pool of `openDatabase` seals it, so that a function of the
 * store says what is personal and needs no key.
 */
export type SealedValue =
  /** Words of a person, in a column of text or in JSON: they open by themselves when they are read. */
  | { kind: 'words'; text: string }
  /** As words, but what stands before them stays in clear: SQL and people tell by it what it is. */
  | { kind: 'reason'; text: string }
  /** In the key of a row: each long number in it has an alias in its place, the same each time. */
  | { kind: 'numbers'; text: string }
  | { kind: 'bytes'; bytes: Uint8Array; context: Context }

/** The parameter that stands for a sealed value. A connection that is not ours refuses it. */
export class Sealed {
  constructor(readonly value: SealedValue) {}

  /** What `pg` asks a parameter for that it does not know. */
  toPostgres(): never {
    throw new Error(
      `${this.value.kind}: a value that is to be sealed went to a connection that can't, which is a fault of Carillon.`,
    )
  }
}

export function words(text: string): Sealed
export function words(text: string | null): Sealed | null
export function words(text: string | null): Sealed | null {
  return text === null ? null : new Sealed({ kind: 'words', text })
}

/** Of a row: `canceled by alma: <words>`, or one that no person wrote, which stays as it is. */
export function reasonText(text: string): Sealed
export function reasonText(text: string | null): Sealed | null
export function reasonText(text: string | null): Sealed | null {
  return text === null ? null : new Sealed({ kind: 'reason', text })
}

export function numbers(text: string): Sealed {
  return new Sealed({ kind: 'numbers', text })
}

export function sealedBytes(bytes: Uint8Array, context: Context): Sealed {
  return new Sealed({ kind: 'bytes', bytes, context })
}
