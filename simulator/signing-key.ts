/**
 * Curve25519 keys that sign the way libsignal verifies (XEdDSA), at native speed.
 *
 * libsignal's own JavaScript signature takes tens of milliseconds. Node signs Ed25519 natively but only from a
 * seed, so we start from the seed: its Ed25519 scalar *is* a clamped X25519 private key, and a plain Ed25519
 * signature becomes an XEdDSA one by putting the sign bit of the Edwards public key into the signature's top bit.
 */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto'

const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const X25519_PKCS8 = Buffer.from('302e020100300506032b656e04220420', 'hex')
const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const RAW_KEY_BYTES = 32

export type CurveKeys = { public: Buffer; private: Buffer }
export type SigningKeys = CurveKeys & { sign: (message: Uint8Array) => Buffer }

/** 32 bytes that depend on the secret and on the name only: what they name needs no storage. */
export const derive = (secret: Buffer, name: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), name, RAW_KEY_BYTES))

const rawPublic = (pkcs8: Buffer): Buffer => {
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
  return key.export({ format: 'der', type: 'spki' }).subarray(-RAW_KEY_BYTES)
}

export const curveKeysFrom = (privateKey: Buffer): CurveKeys => ({
  private: privateKey,
  public: rawPublic(Buffer.concat([X25519_PKCS8, privateKey])),
})

export const signingKeysFrom = (seed: Buffer): SigningKeys => {
  const scalar = createHash('sha512').update(seed).digest().subarray(0, RAW_KEY_BYTES)
  scalar.writeUInt8(scalar.readUInt8(0) & 0xf8, 0)
  scalar.writeUInt8((scalar.readUInt8(31) & 0x7f) | 0x40, 31)
  const pkcs8 = Buffer.concat([ED25519_PKCS8, seed])
  const edKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  const signBit = rawPublic(pkcs8).readUInt8(31) & 0x80
  return {
    ...curveKeysFrom(Buffer.from(scalar)),
    sign: (message) => {
      const signature = sign(null, message, edKey)
      signature.writeUInt8((signature.readUInt8(63) & 0x7f) | signBit, 63)
      return signature
    },
  }
}

const P = 2n ** 255n - 19n

const power = (base: bigint, exponent: bigint): bigint => {
  let result = 1n
  let square = base % P
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}

const bigintFromLittleEndian = (bytes: Uint8Array): bigint =>
  BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)

const edwardsKeys = new Map<string, Buffer>()
const MAX_CACHED_KEYS = 10_000

/** The Edwards y of a Montgomery u is (u - 1) / (u + 1); its sign travels in the signature. */
const edwardsOf = (montgomery: Uint8Array): Buffer => {
  const name = Buffer.from(montgomery).toString('base64')
  const known = edwardsKeys.get(name)
  if (known) return known
  const u = bigintFromLittleEndian(montgomery) & (2n ** 255n - 1n)
  const y = ((u - 1n + P) * power(u + 1n, P - 2n)) % P
  const bytes = Buffer.from(Buffer.from(y.toString(16).padStart(64, '0'), 'hex').toReversed())
  if (edwardsKeys.size >= MAX_CACHED_KEYS) edwardsKeys.clear()
  edwardsKeys.set(name, bytes)
  return bytes
}

/** XEdDSA verification of a 32-byte Montgomery key, natively. */
export const verifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  const edSignature = Buffer.from(signature)
  const top = edSignature.readUInt8(63)
  edSignature.writeUInt8(top & 0x7f, 63)
  const edPublic = Buffer.from(edwardsOf(publicKey))
  edPublic.writeUInt8(edPublic.readUInt8(31) | (top & 0x80), 31)
  const key = createPublicKey({ key: Buffer.concat([ED25519_SPKI, edPublic]), format: 'der', type: 'spki' })
  return verify(null, message, key, edSignature)
}
