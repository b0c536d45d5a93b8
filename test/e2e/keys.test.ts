import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectCarillon, type ConnectedClient } from '../../src/client/connect.js'
import type { AddedKey } from '../../src/client/keys/ring-file.js'
import type { KeyList } from '../../src/client/keys/keys.js'
import { keyIdsIn } from '../../src/codec/key-ids.js'
import { parseConfig } from '../../src/config.js'
import { readKeyRingFile, writeKeyRingFile } from '../../src/settings/key-ring-file.js'
import { fingerprintOf } from '../../src/store/encryption/key-ring.js'
import type { Ran } from '../cli/support.js'
import { cliOf } from '../support/cli.js'
import { openWith, testKey } from '../support/database.js'
import { untilLogged } from '../support/logs.js'
import { expectDeliveredOnce, remind } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'

const account = 'office'
const phone = '15550009971'
const first = fingerprintOf(testKey)
const folder = mkdtempSync(join(tmpdir(), 'carillon-keys-'))
const file = join(folder, 'keys')
const inFile = { CARILLON_ENCRYPTION_KEY: '', CARILLON_ENCRYPTION_KEY_FILE: file }
let system: System
let added: string
let client: ConnectedClient

beforeAll(async () => {
  writeKeyRingFile(file, [{ id: first, key: testKey }])
  system = await startSystem(undefined, undefined, inFile)
  await system.pairAccount({ id: account, phone })
  const environment = {
    TEMPORAL_ADDRESS: system.address,
    TEMPORAL_NAMESPACE: system.namespace,
    DATABASE_URL: system.databaseUrl,
    CARILLON_OPERATOR: system.operator,
    ...inFile,
  }
  client = await connectCarillon(parseConfig(environment))
})
afterAll(async () => {
  await client.close()
  await system.close()
  rmSync(folder, { recursive: true, force: true })
})

async function keys(args: string[], environment: NodeJS.ProcessEnv = inFile): Promise<Ran> {
  return await cliOf(system, ['keys', ...args], { environment })
}
const json = async <T>(args: string[]): Promise<T> =>
  JSON.parse((await keys([...args, '--json'])).stdout) as T
const list = async () => await json<KeyList>(['list'])

test('a ring in a variable becomes a file, and the key of before is in it', async () => {
  expect(await keys(['add'], {})).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Give --file <path>') as string,
  })
  const made = join(folder, 'made')
  const ran = await keys(['add', '--file', made, '--standby'], {})
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
  expect(ran.stdout).toContain(`set CARILLON_ENCRYPTION_KEY_FILE=${made} for every process`)
  const ring = readKeyRingFile(made)
  expect(ring.map(({ id }) => id)).toEqual([first, expect.stringMatching(/^[0-9a-f]{8}$/)])
  expect(ran.stdout).not.toContain(Buffer.from(ring[1]?.key ?? []).toString('base64'))
  expect(await keys(['add', '--file', made], {})).toMatchObject({ exitCode: 4 })
  expect(existsSync(`${made}.lock`)).toBe(false)
})

test('a key that is added encrypts what comes next, and no process is started anew', async () => {
  const running = system.workers.length
  const { id, current, isRead } = await json<AddedKey>(['add'])
  expect({ current, isRead }).toEqual({ current: id, isRead: true })
  added = id
  openWith(...readKeyRingFile(file).map(({ key }) => key))
  const groups = await system.createGroups({ phone, groups: 2, members: 2 })
  const renewed = { ...system, client, temporal: client.temporal, database: client.database }
  const reminded = await remind(renewed, { key: 'under-new', account, groups, texts: ['the new key'] })
  await expectDeliveredOnce(renewed, reminded)
  await untilLogged(system.worker(), { msg: 'the key ring was read again', current: added })
  // What was on its way within the second before the worker looked at the file is under the key of before.
  const { events } = await client.temporal.workflow.getHandle(reminded.runId).fetchHistory()
  expect(keyIdsIn(events)).toContain(added)
  expect(system.workers).toHaveLength(running)

  const { keys: inRing, others, olderWorkflows } = await list()
  expect(inRing.map((key) => [key.id, key.isCurrent, key.rows > 0])).toEqual([
    [added, true, true],
    [first, false, true],
  ])
  expect(others).toEqual([])
  expect(olderWorkflows?.open).toBeGreaterThan(0)
  expect((await keys(['list'])).stdout).toMatch(/`carillon keys rotate` puts them under the current one/)
})

test('a rotation leaves nothing under an older key, and everything opens', async () => {
  const ran = await keys(['rotate'])
  expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
  expect(ran.stdout).toMatch(new RegExp(`All that can be read was put under ${added}: [1-9]\\d* rows\\.`))
  const { keys: inRing, rotation } = await list()
  expect(inRing.map((key) => key.rows > 0)).toEqual([true, false])
  expect(rotation).toMatchObject({ keyId: added, unreadable: 0, share: 1 })
  expect((await keys(['list'])).stdout).toMatch(
    /Nothing in Postgres needs an older key\. \d+ workflows in Temporal may/,
  )
  expect(await keys(['check'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^All of [1-9]\d* values .* open\.$/) as string,
  })
  const { stdout } = await cliOf(system, ['doctor'], { environment: inFile })
  expect(stdout).toContain(`key ring in ${file}: ${added} encrypts, `)
  expect(stdout).toContain(`it is the key to what is stored (fingerprint ${added})`)
})

test('what does not open is named by `check` and by `doctor`, and a key that is not there by `list`', async () => {
  const { database } = client
  await database.query(
    `update auth_key set sealed = set_byte(sealed, length(sealed) - 1, get_byte(sealed, length(sealed) - 1) # 1)
     where account_id = $1 and category = 'creds'`,
    [account],
  )
  const checked = await keys(['check'])
  expect(checked.exitCode).toBe(1)
  expect(checked.stdout).toMatch(/auth_key\.sealed +\d+ +1 +.* was altered, or moved/)
  const { stdout } = await cliOf(system, ['doctor'], { environment: inFile })
  expect(stdout).toMatch(/✖ Encryption +1 of \d+ values of auth_key\.sealed/)

  await database.query(
    `update auth_key set sealed = overlay(sealed placing '\\x01020304'::bytea from 2) where account_id = $1 and category = 'creds'`,
    [account],
  )
  expect((await list()).others).toEqual([{ keyId: '01020304', rows: 1 }])
  expect((await keys(['list'])).stdout).toMatch(/1 rows are under the key 01020304, which is not in the ring/)
})

test('the key that was added for later becomes the current one when it is said', async () => {
  const { id: standby, current } = await json<AddedKey>(['add', '--standby'])
  expect(current).toBe(added)
  openWith(...readKeyRingFile(file).map(({ key }) => key))
  expect(await keys(['rotate', '--to', '00000000'])).toMatchObject({ exitCode: 3 })
  const ran = await keys(['rotate', '--to', standby, '--no-wait'])
  expect(ran.exitCode).toBe(0)
  expect(readKeyRingFile(file).map(({ id }) => id)).toEqual([standby, added, first])
})

test('each of them is in the audit', async () => {
  const { items } = await client.audit.list()
  const actions = items.filter(({ subject }) => subject.startsWith('key')).map(({ action }) => action)
  expect(new Set(actions)).toEqual(new Set(['addKey', 'listKeys', 'rotateKeys', 'checkKeys']))
  expect(
    items.find(({ action, subject }) => action === 'addKey' && subject === `key:${added}`),
  ).toMatchObject({
    by: system.operator,
  })
})
