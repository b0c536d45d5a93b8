import { createCipheriv, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  EncryptionKeyError,
  fingerprintOf,
  isSealed,
  keyIdOf,
  KeyRing,
} from '../../../src/store/encryption/key-ring.js'

const context = ['alma', 'session', '15551000001.0']
const plain = Buffer.from('the keys of a session')
const [old, young, strange] = [randomBytes(32), randomBytes(32), randomBytes(32)]

test('what is sealed opens again, looks different each time, shows nothing and names its key', () => {
  const ring = KeyRing.of(old)
  const [one, two] = [ring.seal(plain, context), ring.seal(plain, context)]
  expect(one.equals(two)).toBe(false)
  expect(one.includes(plain)).toBe(false)
  expect(ring.open(one, context)).toEqual(plain)
  expect(ring.open(two, context)).toEqual(plain)
  expect(keyIdOf(one)).toBe(fingerprintOf(old))
  expect(isSealed(one)).toBe(true)
})

test.each([
  ['account', ['bert', 'session', '15551000001.0']],
  ['category', ['alma', 'sender-key', '15551000001.0']],
  ['id', ['alma', 'session', '15551000002.0']],
  ['boundary between them', ['alma', 'session15551000001', '.0']],
])('a value moved to another %s does not open', (_, other) => {
  const ring = KeyRing.of(old)
  expect(() => ring.open(ring.seal(plain, context), other)).toThrow(EncryptionKeyError)
})

test('an altered value does not open, wherever it was altered', () => {
  const ring = KeyRing.of(old)
  const sealed = ring.seal(plain, context)
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed)
    altered[at] = (altered[at] ?? 0) ^ 1
    expect(() => ring.open(altered, context), `byte ${at}`).toThrow(EncryptionKeyError)
  }
})

test('the first key seals, and each opens', () => {
  const before = KeyRing.of(old).seal(plain, context)
  const ring = new KeyRing([young, old])
  expect(ring.current).toBe(fingerprintOf(young))
  expect(ring.ids).toEqual([fingerprintOf(young), fingerprintOf(old)])
  expect(ring.open(before, context)).toEqual(plain)
  expect(keyIdOf(ring.seal(plain, context))).toBe(fingerprintOf(young))
  expect(ring.isCurrent(before)).toBe(false)
  expect(ring.isCurrent(ring.seal(plain, context))).toBe(true)
})

test('what was sealed before there were ids opens with whichever key of the ring it was', () => {
  const nonce = randomBytes(12)
  const aes = createCipheriv('aes-256-gcm', old, nonce).setAAD(Buffer.from(JSON.stringify(context)))
  const secret = Buffer.concat([aes.update(plain), aes.final()])
  const unnamed = Buffer.concat([Buffer.of(1), nonce, aes.getAuthTag(), secret])
  expect(new KeyRing([young, old]).open(unnamed, context)).toEqual(plain)
  expect(new KeyRing([young, old]).isCurrent(unnamed)).toBe(false)
  expect(() => KeyRing.of(young).open(unnamed, context)).toThrow(/CARILLON_ENCRYPTION_KEY/)
})

test('a missing key is named, and where it is to be put', () => {
  const sealed = KeyRing.of(old).seal(plain, context)
  const what = 'The keys of the account alma'
  expect(() => KeyRing.of(strange).open(sealed, context, { what })).toThrow(
    `The keys of the account alma is stored encrypted with a key that is not here (key ${fingerprintOf(old)})`,
  )
  expect(() => KeyRing.of(undefined).open(sealed, context)).toThrow(/Set CARILLON_ENCRYPTION_KEY/)
  expect(() => new KeyRing([randomBytes(16)])).toThrow(/CARILLON_ENCRYPTION_KEY: expected 32 bytes, got 16/)
})

test('without a key values are plain, and stay readable when a key is set later', () => {
  const stored = KeyRing.of(undefined).seal(plain, context)
  expect(stored.includes(plain)).toBe(true)
  expect(isSealed(stored)).toBe(false)
  expect(KeyRing.of(undefined).isCurrent(stored)).toBe(true)
  expect(KeyRing.of(old).isCurrent(stored)).toBe(false)
  expect(KeyRing.of(old).open(stored, context)).toEqual(plain)
})

test('a value of an unknown form is refused rather than guessed at', () => {
  const ring = KeyRing.of(old)
  expect(() => ring.open(Buffer.of(9, 1, 2, 3), context)).toThrow(EncryptionKeyError)
  expect(() => ring.open(Buffer.of(1, 1, 2, 3), context)).toThrow(EncryptionKeyError)
  expect(() => ring.open(Buffer.of(2, 1, 2, 3), context)).toThrow(EncryptionKeyError)
})
