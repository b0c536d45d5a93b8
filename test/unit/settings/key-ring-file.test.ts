import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyRingOf } from '../../../src/client/encryption-key.js'
import { parseConfig } from '../../../src/config.js'
import { readKeyRingFile, writeKeyRingFile } from '../../../src/settings/key-ring-file.js'
import { formatKeyRing, parseKeyRing, type RingKey } from '../../../src/settings/key-ring-text.js'
import { fingerprintOf, KeyRing } from '../../../src/store/encryption/key-ring.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-ring-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const since = new Date('2026-11-30T08:00:00Z')

function ringKey(byte: number): RingKey {
  const key = Buffer.alloc(32, byte)
  return { id: fingerprintOf(key), key, since }
}

const [first, second, third] = [ringKey(1), ringKey(2), ringKey(3)]
const base64 = ({ key }: RingKey) => Buffer.from(key).toString('base64')

describe('the text of a ring', () => {
  test('is read as it was written', () => {
    expect(parseKeyRing(formatKeyRing([second, first]))).toEqual([second, first])
  })

  test.each([
    ['one key alone, as it was before there was a ring', base64(first), [first.id]],
    ['by commas, as in a variable', `${base64(second)}, ${base64(first)}`, [second.id, first.id]],
    [
      'by lines, with remarks',
      `# ours\n${base64(second)} # new\n\n${base64(first)}\r\n`,
      [second.id, first.id],
    ],
    ['with ids', `${base64(second)} ${second.id},${base64(first)} ${first.id}`, [second.id, first.id]],
  ])('%s', (_how, text, ids) => {
    expect(parseKeyRing(text).map(({ id }) => id)).toEqual(ids)
  })

  test.each([
    ['without a key', '# nothing\n', /there is no key in it/],
    [
      'with a key that is too short',
      `${base64(first)}\nc2hvcnQ=`,
      /^key 2: expected 32 bytes in base64 .*, got 5 bytes$/,
    ],
    ['with another id', `${base64(first)} ${second.id}`, new RegExp(`^its id is ${first.id}, and another`)],
    ['with no time where one is', `${base64(first)} ${first.id} soon`, /expected the key, its id and a time/],
  ])('is refused %s, and not repeated', (_what, text, why) => {
    expect(() => parseKeyRing(text)).toThrow(why)
    expect(() => parseKeyRing(text)).not.toThrow(/AQEB|c2hv/)
  })

  test('is that of the variable, and of the file that another variable names', () => {
    const both = `${base64(second)},${base64(first)}`
    const file = join(folder, 'named')
    writeFileSync(file, formatKeyRing([second, first]))
    const ofVariable = parseConfig({ CARILLON_ENCRYPTION_KEY: both })
    const ofFile = parseConfig({ CARILLON_ENCRYPTION_KEY_FILE: file })
    expect(keyRingOf(ofVariable).ids).toEqual([second.id, first.id])
    expect(keyRingOf(ofFile).ids).toEqual([second.id, first.id])
    expect(ofFile.encryptionKeyFile).toBe(file)
    expect(() => parseConfig({ CARILLON_ENCRYPTION_KEY: `${both},x` })).toThrow(
      /CARILLON_ENCRYPTION_KEY: key 3: expected 32 bytes/,
    )
  })
})

describe('the file of a ring', () => {
  test('is its owner’s alone, and takes the place of the one before as a whole', () => {
    const file = join(folder, 'alone/../written')
    writeKeyRingFile(file, [first])
    const mode = () => (statSync(file).mode & 0o777).toString(8)
    expect(mode()).toBe('600')
    chmodSync(file, 0o666)
    writeKeyRingFile(file, [second, first])
    // A group that was let in stays so: the processes may be of another user.
    expect(mode()).toBe('640')
    expect(readKeyRingFile(file)).toEqual([second, first])
    expect(readdirSync(folder).filter((name) => name.startsWith('written'))).toEqual(['written'])
  })

  test('is left as it is where it cannot be written', () => {
    const file = join(folder, 'kept')
    writeKeyRingFile(file, [first])
    mkdirSync(`${file}.${process.pid}`)
    expect(() => writeKeyRingFile(file, [second])).toThrow(/EEXIST|EISDIR/)
    expect(readKeyRingFile(file)).toEqual([first])
  })
})

describe('a process that runs', () => {
  const place = ['a', 'place']
  const ringOf = (file: string, trouble: string[] = []): KeyRing =>
    keyRingOf(parseConfig({ CARILLON_ENCRYPTION_KEY_FILE: file }), {
      onTrouble: ({ message }) => trouble.push(message),
    })

  test('opens at once what was sealed with a key that came into the file, and seals with it', () => {
    const file = join(folder, 'live')
    writeKeyRingFile(file, [first])
    const ring = ringOf(file)
    const old = ring.seal(Buffer.from('before'), place)
    writeKeyRingFile(file, [second, first])
    const elsewhere = new KeyRing([second.key]).seal(Buffer.from('new'), place)
    expect(ring.open(elsewhere, place).toString()).toBe('new')
    expect(ring.current).toBe(second.id)
    expect(ring.open(old, place).toString()).toBe('before')
    expect(ring.isCurrent(old)).toBe(false)
  })

  test('keeps its keys while the file is no ring, and says so', () => {
    const file = join(folder, 'broken')
    writeKeyRingFile(file, [first])
    const trouble: string[] = []
    const ring = ringOf(file, trouble)
    const sealed = new KeyRing([third.key]).seal(Buffer.from('x'), place)
    writeFileSync(file, readFileSync(file, 'utf8').replace(base64(first), 'half of a k'))
    expect(() => ring.open(sealed, place)).toThrow(new RegExp(`is not here \\(key ${third.id}\\)`))
    expect(trouble).toEqual([expect.stringMatching(/expected 32 bytes in base64/)])
    expect(ring.ids).toEqual([first.id])
    rmSync(file)
    expect(() => ring.open(sealed, place)).toThrow(/is not here/)
    expect(ring.ids).toEqual([first.id])
    writeKeyRingFile(file, [third, first])
    expect(ring.open(sealed, place).toString()).toBe('x')
  })
})
