import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config.js'
import { fingerprintOf } from '../../../src/store/encryption/key-ring.js'
import { fileVariableOf, secretNames, withSecretFiles } from '../../../src/settings/secret-files.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-secrets-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const secret = 'a-secret-of-many-words'

function fileWith(content: string | Uint8Array, name = 'secret'): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('a secret in a file', () => {
  test.each(secretNames)('%s is what the file has', (name) => {
    const path = fileWith(secret)
    const { environment, problems } = withSecretFiles({ [fileVariableOf(name)]: path, OTHER: 'x' })
    expect(problems).toEqual([])
    expect(environment).toMatchObject({ [name]: secret, OTHER: 'x' })
  })

  test.each([
    ['with a line break', `${secret}\n`],
    ['of another system', `${secret}\r\n`],
    ['with several', `${secret}\n\n`],
  ])('%s is without it', (_what, content) => {
    expect(withSecretFiles({ CRON_SECRET_FILE: fileWith(content) }).environment.CRON_SECRET).toBe(secret)
  })

  test('keeps the spaces that it has', () => {
    const { environment } = withSecretFiles({ CRON_SECRET_FILE: fileWith(` ${secret} \n`) })
    expect(environment.CRON_SECRET).toBe(` ${secret} `)
  })

  test('is read no further than it may be long, also of a device that does not end', () => {
    expect(withSecretFiles({ CRON_SECRET_FILE: '/dev/zero' }).problems[0]).toMatch(/more than 65536 bytes/)
  })

  test('is none where nothing is named: empty is not set', () => {
    expect(withSecretFiles({ CRON_SECRET_FILE: '' })).toEqual({
      environment: { CRON_SECRET_FILE: '' },
      problems: [],
    })
    const path = fileWith(secret)
    expect(withSecretFiles({ CRON_SECRET: '', CRON_SECRET_FILE: path }).environment.CRON_SECRET).toBe(secret)
  })

  test('counts as if it were in the variable', () => {
    const key = Buffer.alloc(32, 7)
    const config = parseConfig({
      CARILLON_ENCRYPTION_KEY_FILE: fileWith(key.toString('base64'), 'key'),
      DATABASE_URL_FILE: fileWith('postgres://carillon_app:x@postgres:5432/carillon\n', 'url'),
      CRON_SECRET_FILE: fileWith(secret),
    })
    expect(config).toMatchObject({
      encryptionKeys: [{ id: fingerprintOf(key), key }],
      databaseUrl: 'postgres://carillon_app:x@postgres:5432/carillon',
      cronSecret: secret,
      apiPort: 8400,
    })
  })
})

describe('a file that cannot be used is named with its variable, and nothing of what is in it', () => {
  const cases: [string, () => string, RegExp][] = [
    ['that is not there', () => join(folder, 'nothing'), /there is no such file: '.*nothing'/],
    ['below a file', () => join(fileWith(secret), 'x'), /there is no such file/],
    ['that is a folder', () => folder, /it is a folder, and no file: '.*carillon-secrets-/],
    ['that is empty', () => fileWith(''), /the file is empty/],
    ['with nothing but a line break', () => fileWith('\n'), /the file is empty/],
    ['that is too large', () => fileWith(secret.repeat(4_000)), /the file has more than 65536 bytes/],
    [
      'that is no text',
      () => fileWith(Buffer.from([0xff, 0xfe, ...Buffer.from(secret)])),
      /no text in UTF-8/,
    ],
    ['with a zero byte', () => fileWith(`${secret}\0`), /no text in UTF-8/],
    ['whose name has a zero byte', () => `${folder}\0`, /can't be read/],
  ]
  test.each(cases)('%s', (_what, make, expected) => {
    const { problems, environment } = withSecretFiles({ CRON_SECRET_FILE: make() })
    expect(problems).toEqual([expect.stringMatching(expected)])
    expect(problems[0]).toMatch(/^CRON_SECRET_FILE: /)
    expect(problems[0]).not.toContain(secret)
    expect(environment.CRON_SECRET).toBeUndefined()
  })

  test('that this user may not read', () => {
    const path = fileWith(secret, 'closed')
    chmodSync(path, 0)
    // Root may read everything.
    const isRoot = process.geteuid?.() === 0
    if (isRoot) process.seteuid?.(65_534)
    try {
      expect(withSecretFiles({ CRON_SECRET_FILE: path }).problems).toEqual([
        `CRON_SECRET_FILE: this user may not read the file: '${path}'`,
      ])
    } finally {
      if (isRoot) process.seteuid?.(0)
    }
  })

  test('and so are both at once', () => {
    const path = fileWith(secret)
    const { problems } = withSecretFiles({ CRON_SECRET: `${secret}-other`, CRON_SECRET_FILE: path })
    expect(problems).toEqual(['CRON_SECRET and CRON_SECRET_FILE are both set: set one.'])
  })

  test('together with everything else that is wrong', () => {
    mkdirSync(join(folder, 'inner'), { recursive: true })
    const bad = () =>
      parseConfig({
        DATABASE_URL_FILE: join(folder, 'inner'),
        CARILLON_ENCRYPTION_KEY_FILE: fileWith(secret),
        CARILLON_RETENTION_DAYS: '7',
      })
    expect(bad).toThrow('The environment has 3 bad variable(s)')
    expect(bad).toThrow('DATABASE_URL_FILE: it is a folder')
    // What is in the file is no more repeated than what is in the variable.
    expect(bad).toThrow('CARILLON_ENCRYPTION_KEY: expected 32 bytes in base64')
    expect(bad).not.toThrow(secret)
  })
})
