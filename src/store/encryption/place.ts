import type { Context, KeyRing } from './key-ring.js'

/** Where a value is stored that has its own column of bytes: it opens there and nowhere else. */
export type Place = {
  context: Context
  /** For an error: "The secret of …". */
  what: string
}

export function sealAt(ring: KeyRing, { context }: Place, plain: Uint8Array): Buffer {
  return ring.seal(plain, context)
}

/** @throws EncryptionKeyError */
export function openAt(ring: KeyRing, { context, what }: Place, sealed: Uint8Array): Buffer {
  return ring.open(sealed, context, { what })
}
