import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parseKeyRing } from '../../src/settings/key-ring-text.js'
import { encryptionKey } from '../../src/stack/encryption-key.js'
import { temporaryFolder } from './support/temporary-home.js'

it('is made once, of 32 bytes, for its owner only', () => {
  const folder = temporaryFolder()
  const file = join(folder, 'encryption.key')
  const key = encryptionKey(file)
  expect(parseKeyRing(key)).toMatchObject([{ key: { length: 32 }, since: expect.any(Date) as Date }])
  expect(encryptionKey(file)).toBe(key)
  expect(readFileSync(file, 'utf8')).toBe(`${key}\n`)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  expect(readdirSync(folder)).toEqual(['encryption.key'])
})

it('differs from home to home', () => {
  expect(encryptionKey(join(temporaryFolder(), 'key'))).not.toBe(
    encryptionKey(join(temporaryFolder(), 'key')),
  )
})
