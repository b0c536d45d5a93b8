import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { canonical } from './entry.js'

/**
 * The end of a chain at some moment, signed (Ed25519). Who keeps one elsewhere can show later that the chain was not
 * written anew, however much of the database somebody has changed.
 */
export const signedCheckpoint = z.strictObject({
  v: z.literal(1),
  operator: z.string(),
  /** The last row that it stands for, and the count of all until then. */
  seq: z.int().min(0),
  /** Of that row, in hex. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: z.string(),
  /** SPKI, in DER and base64. */
  publicKey: z.string(),
  /** Of the canonical form of all else, in base64. */
  signature: z.string(),
})

export type Checkpoint = z.infer<typeof signedCheckpoint>

export type Signer = {
  publicKey: string
  sign(end: { operator: string; seq: number; hash: string; at: Date }): Checkpoint
}

export function signerOf(privateKey: KeyObject): Signer {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')
  return {
    publicKey,
    sign({ operator, seq, hash, at }) {
      const unsigned = { v: 1 as const, operator, seq, hash, at: at.toISOString(), publicKey }
      const signature = sign(null, Buffer.from(canonical(unsigned)), privateKey).toString('base64')
      return { ...unsigned, signature }
    },
  }
}

export function newSigningKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey
}

/** Whether it is signed by the key that it names. Whose key that is, who asks must know. */
export function isSigned(checkpoint: Checkpoint): boolean {
  const { signature, ...unsigned } = checkpoint
  try {
    const key = createPublicKey({
      key: Buffer.from(checkpoint.publicKey, 'base64'),
      format: 'der',
      type: 'spki',
    })
    return verify(null, Buffer.from(canonical(unsigned)), key, Buffer.from(signature, 'base64'))
  } catch (error) {
    // What is no key signs nothing.
    if (error instanceof Error) return false
    throw error
  }
}

/** Undefined where it is none. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  try {
    return signedCheckpoint.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
