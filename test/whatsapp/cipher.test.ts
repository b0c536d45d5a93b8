import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createCipher, EncryptionKeyError } from '../../src/whatsapp/cipher.js'

const place = { accountId: 'alma', category: 'session', id: '15551000001.0' }
const plain = Buffer.from('the keys of a session')
const key = randomBytes(32)

test('what is sealed opens again, looks different each time and shows nothing', () => {
  const cipher = createCipher(key)
  const [one, two] = [cipher.seal(place, plain), cipher.seal(place, plain)]
  expect(one.equals(two)).toBe(false)
  expect(one.includes(plain)).toBe(false)
  expect(cipher.open(place, one)).toEqual(plain)
  expect(cipher.open(place, two)).toEqual(plain)
})

test.each([
  ['account', { ...place, accountId: 'bert' }],
  ['category', { ...place, category: 'sender-key' }],
  ['id', { ...place, id: '15551000002.0' }],
  ['boundary between them', { ...place, category: 'session15551000001', id: '.0' }],
])('a value moved to another %s does not open', (_, other) => {
  const cipher = createCipher(key)
  expect(() => cipher.open(other, cipher.seal(place, plain))).toThrow(EncryptionKeyError)
})

test('an altered value does not open', () => {
  const cipher = createCipher(key)
  const sealed = cipher.seal(place, plain)
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1
  expect(() => cipher.open(place, sealed)).toThrow(EncryptionKeyError)
})

test('a wrong or missing key is said by the name of its variable', () => {
  const sealed = createCipher(key).seal(place, plain)
  expect(() => createCipher(randomBytes(32)).open(place, sealed)).toThrow(/CARILLON_ENCRYPTION_KEY/)
  expect(() => createCipher(undefined).open(place, sealed)).toThrow(/Set CARILLON_ENCRYPTION_KEY/)
  expect(() => createCipher(randomBytes(16))).toThrow(/CARILLON_ENCRYPTION_KEY: expected 32 bytes, got 16/)
})

test('without a key values are plain, and stay readable when a key is set later', () => {
  const sealed = createCipher(undefined).seal(place, plain)
  expect(sealed.includes(plain)).toBe(true)
  expect(createCipher(key).open(place, sealed)).toEqual(plain)
})

test('a value of an unknown form is refused rather than guessed at', () => {
  expect(() => createCipher(key).open(place, Buffer.of(9, 1, 2, 3))).toThrow(EncryptionKeyError)
  expect(() => createCipher(key).open(place, Buffer.of(1, 1, 2, 3))).toThrow(EncryptionKeyError)
})
