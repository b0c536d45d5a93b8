import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { Curve, proto } from '@whiskeysockets/baileys'
import { expect, test } from 'vitest'
import { createNoiseServer } from '../../simulator/noise.js'
import { signingKeysFrom, verifySignature } from '../../simulator/signing-key.js'

// Not Curve.verify of Baileys: in 7.0.0-rc14 it answers true whatever the signature.
type LibsignalCurve = { verifySignature: (key: Buffer, message: Buffer, signature: Buffer) => boolean }
const libsignal = createRequire(import.meta.url)('libsignal/src/curve.js') as LibsignalCurve
const libsignalVerifies = (key: Buffer, signed: Buffer, signature: Buffer) =>
  libsignal.verifySignature(Buffer.concat([Buffer.from([5]), key]), signed, signature)

const message = Buffer.from('to be signed')

test("libsignal's own verification accepts our signatures, of keys of both signs", () => {
  for (let round = 0; round < 8; round += 1) {
    const keys = signingKeysFrom(randomBytes(32))
    expect(libsignalVerifies(keys.public, message, keys.sign(message))).toBe(true)
    expect(libsignalVerifies(keys.public, Buffer.from('another'), keys.sign(message))).toBe(false)
  }
})

test("our verification accepts libsignal's own signatures, and no others", () => {
  for (let round = 0; round < 8; round += 1) {
    const pair = Curve.generateKeyPair()
    const signature = Buffer.from(Curve.sign(pair.private, message))
    expect(verifySignature(pair.public, message, signature)).toBe(true)
    expect(verifySignature(pair.public, Buffer.from('another'), signature)).toBe(false)
    expect(verifySignature(Curve.generateKeyPair().public, message, signature)).toBe(false)
  }
})

test('a derived key agrees on the same secret from both sides', () => {
  const ours = signingKeysFrom(randomBytes(32))
  const theirs = Curve.generateKeyPair()
  const shared = Curve.sharedKey(ours.private, theirs.public)
  expect(shared.equals(Curve.sharedKey(theirs.private, ours.public))).toBe(true)
})

test('the Noise certificate chain leads from the root to the key that the server uses', () => {
  const root = signingKeysFrom(randomBytes(32))
  const { keys, certificate } = createNoiseServer(randomBytes(32), root)
  const { intermediate, leaf } = proto.CertChain.decode(certificate)
  const part = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? [])
  const detailsOf = (from: typeof leaf) =>
    proto.CertChain.NoiseCertificate.Details.decode(part(from?.details))
  const signedBy = (key: Uint8Array | null | undefined, from: typeof leaf) =>
    libsignalVerifies(part(key), part(from?.details), part(from?.signature))
  expect(signedBy(root.public, intermediate)).toBe(true)
  expect(signedBy(detailsOf(intermediate).key, leaf)).toBe(true)
  expect(part(detailsOf(leaf).key).equals(keys.public)).toBe(true)
})
