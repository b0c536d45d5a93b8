import { describe, expect, test } from 'vitest'
import type { Keys } from '../../src/client/keys/keys.js'
import type { RotationProgress } from '../../src/store/rotation/rotation.js'
import { run, way } from './support.js'

const at = new Date('2026-11-24T05:00:00Z')
const rotation: RotationProgress = {
  keyId: '67326073',
  askedAt: at,
  finishedAt: null,
  pass: 1,
  table: 'auth_key',
  share: 0.416,
  rotated: 12,
  unreadable: 0,
}
const done: RotationProgress = { ...rotation, finishedAt: at, table: null, share: 1, rotated: 30 }

const keys = (part: Partial<Keys>) => ({ client: { keys: part as Keys } })

/** What a program gets is what people get. */
const json = (stdout: string) => JSON.parse(stdout) as unknown

const byCommand = () => {
  test('add says what to do with the key', async () => {
    const added = { id: 'b5b0a1c4', current: 'b5b0a1c4', file: '/etc/carillon/keys', isRead: true }
    const given: unknown[] = []
    const add = async (options: unknown) => {
      given.push(options)
      return added
    }
    const ran = await run(['keys', 'add'], keys({ add }))
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ran.stdout).toMatch(/Added key b5b0a1c4 to \/etc\/carillon\/keys: it encrypts from now on\./)
    expect(ran.stdout).toMatch(/nothing needs a new start/)
    const standby = { ...added, current: '67326073', isRead: false }
    const later = await run(
      ['keys', 'add', '--standby', '--file', 'keys'],
      keys({ add: async () => standby }),
    )
    expect(later.stdout).toMatch(/it opens, and does not encrypt yet/)
    expect(later.stdout).toMatch(/set CARILLON_ENCRYPTION_KEY_FILE=/)
    expect(later.stdout).toMatch(/carillon keys rotate --to b5b0a1c4/)
    expect(json((await run(['keys', 'add', '--json'], keys({ add }))).stdout)).toEqual(added)
    expect(given).toEqual([{}, {}])
  })

  test('list says what is under which key, and which may go', async () => {
    const list = {
      file: '/etc/carillon/keys',
      keys: [
        { id: 'b5b0a1c4', isCurrent: true, since: at, rows: 30 },
        { id: '67326073', isCurrent: false, since: null, rows: 0 },
      ],
      others: [{ keyId: '01020304', rows: 2 }],
      olderWorkflows: { open: 0, all: 0 },
      rotation: done,
    }
    const { stdout } = await run(['keys', 'list'], keys({ list: async () => list }))
    expect(stdout).toMatch(/b5b0a1c4 +encrypts +1 h ago +30/)
    expect(stdout).toMatch(/67326073 +opens +– +0/)
    expect(stdout).toMatch(/2 rows are under the key 01020304, which is not in the ring/)
    expect(stdout).toMatch(/Nothing needs an older key: 67326073 may be taken out of the ring/)
    const used = { ...list, olderWorkflows: { open: 1, all: 7 } }
    expect((await run(['keys', 'list'], keys({ list: async () => used }))).stdout).toMatch(
      /7 workflows in Temporal may, 1 of them open/,
    )
    const none = { file: null, keys: [], others: [], olderWorkflows: null, rotation: null }
    expect((await run(['keys', 'list'], keys({ list: async () => none }))).stdout).toBe(
      'There is no key here: what is stored is not encrypted.',
    )
  })

  test('rotate shows how far it is until it is done, and what was left', async () => {
    const rotate = async () => rotation
    const ran = await run(['keys', 'rotate'], keys({ rotate, rotation: async () => done }))
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toBe(
      'Under way to 67326073: 41 % of pass 1 (auth_key), 12 rows.\nAll that can be read was put under 67326073: 30 rows.',
    )
    const left = { ...done, unreadable: 3 }
    const some = await run(['keys', 'rotate'], keys({ rotate, rotation: async () => left }))
    expect(some.exitCode).toBe(1)
    expect(some.stdout).toMatch(/30 rows, 3 values open with no key of the ring/)
    const unwatched = await run(['keys', 'rotate', '--no-wait'], keys({ rotate }))
    expect(unwatched).toMatchObject({ exitCode: 0 })
    expect(unwatched.stdout).toMatch(/It goes on by itself/)
  })

  test('rotate ends the watching with Ctrl-C, and nothing else', async () => {
    const interrupt = new AbortController()
    interrupt.abort()
    const ran = await run(['keys', 'rotate'], {
      ...keys({ rotate: async () => rotation }),
      io: { signal: interrupt.signal },
    })
    expect(ran.exitCode).toBe(130)
    expect(ran.stdout).toMatch(/It goes on by itself/)
  })

  test('check names what does not open', async () => {
    const good = { table: 'definition', column: 'sealed_body', looked: 10, unreadable: 0 }
    const bad = { table: 'auth_key', column: 'sealed', looked: 20, unreadable: 2, why: 'It was altered.' }
    const check = async () => [good, bad]
    const ran = await run(['keys', 'check'], keys({ check }))
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toMatch(/auth_key\.sealed +20 +2 +It was altered\./)
    expect(ran.stdout).not.toContain('definition')
    expect(json((await run(['keys', 'check', '--json'], keys({ check }))).stdout)).toEqual({
      ok: false,
      columns: [good, bad],
    })
    expect((await run(['keys', 'check'], keys({ check: async () => [good] }))).stdout).toBe(
      'All of 10 values that were looked at in 1 columns open.',
    )
    expect(await run(['keys', 'check', '--rows', 'many'], keys({ check }))).toMatchObject({ exitCode: 2 })
  })
}

const byApi = () => {
  test('no key travels over HTTP', async () => {
    for (const command of ['add', 'list', 'rotate', 'check']) {
      const ran = await run(['keys', command])
      expect(ran).toMatchObject({ exitCode: 8, stdout: '' })
      expect(ran.stderr).toMatch(/Keys are the engineer’s: no token reaches them\./)
    }
  })
}

describe('carillon keys', way === 'direct' ? byCommand : byApi)
