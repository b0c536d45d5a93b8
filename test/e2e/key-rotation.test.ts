import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRotation } from '../../src/key-rotation/start.js'
import { writeKeyRingFile } from '../../src/settings/key-ring-file.js'
import { openDatabase } from '../../src/store/database.js'
import { fingerprintOf, KeyRing } from '../../src/store/encryption/key-ring.js'
import { keysInUse } from '../../src/store/rotation/keys-in-use.js'
import { rotationProgress } from '../../src/store/rotation/rotation.js'
import { createTestDatabase, testKey } from '../support/database.js'
import { eventually } from '../support/eventually.js'
import { expectDeliveredOnce, ledgerOf, remind, type Reminded } from '../support/reminding.js'
import { startSystem, type System } from '../support/system.js'
import { killOwner } from '../support/workers.js'

/** `npm run proof:rotation`: 200. */
const groupCount = Number(process.env['CARILLON_ROTATION_GROUPS'] ?? 40)
const account = 'office'
const phone = '15550009881'
const newKey = randomBytes(32)
const [oldId, newId] = [fingerprintOf(testKey), fingerprintOf(newKey)]
const folder = mkdtempSync(join(tmpdir(), 'carillon-ring-'))
const file = join(folder, 'encryption.key')
let system: System

const ring = (...keys: Uint8Array[]): void =>
  writeKeyRingFile(
    file,
    keys.map((key) => ({ id: fingerprintOf(key), key })),
  )
const fromFile = { CARILLON_ENCRYPTION_KEY: undefined, CARILLON_ENCRYPTION_KEY_FILE: file }

beforeAll(async () => {
  ring(testKey)
  system = await startSystem(undefined, await createTestDatabase(new KeyRing([testKey, newKey])))
  await system.startWorker(fromFile)
  await system.workers[0]?.stop('SIGTERM')
  await system.startWorker(fromFile)
  await system.pairAccount({ id: account, phone })
})
afterAll(async () => {
  await system.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the key is rotated in the middle of a run, and a worker killed at it: every group has it once, and all is readable', async () => {
  const groups = await system.createGroups({ phone, groups: groupCount, members: 2 })
  const texts = ['The excursion begins at the gate', 'Bring the blue folder']
  const reminded = await remind(system, { key: 'rotated', account, groups, texts })
  await untilAcked(reminded, 4)

  // As docs/encryption.md has it: first every process can open what the new key seals, then it seals.
  ring(testKey, newKey)
  ring(newKey, testKey)
  const database = openDatabase(system.databaseUrl, { ring: new KeyRing([newKey, testKey]) })
  try {
    await startRotation({ temporal: system.temporal, database })
    await eventually(async () => expect((await rotationProgress(database))?.rotated).toBeGreaterThan(0))
    await killOwner(system, account)
    await expectDeliveredOnce(system, reminded)
    await eventually(async () => expect((await rotationProgress(database))?.finishedAt).not.toBeNull())
    // What a session wrote a moment before it had the new key may be under the old one: the next rotation has it.
    await startRotation({ temporal: system.temporal, database })
    await eventually(async () => expect((await rotationProgress(database))?.finishedAt).not.toBeNull())
    expect(await rotationProgress(database)).toMatchObject({ keyId: newId, unreadable: 0, share: 1 })
    expect((await keysInUse(database)).map(({ keyId }) => keyId)).toEqual([newId])
    expect(oldId).not.toBe(newId)
  } finally {
    await database.end()
  }
})

test('the old key is not needed any more', async () => {
  for (const worker of system.workers) await worker.stop('SIGTERM')
  ring(newKey)
  await system.startWorker(fromFile)
  const database = openDatabase(system.databaseUrl, { ring: KeyRing.of(newKey) })
  try {
    const { rows } = await database.query<{ subject: string; jid: string }>(
      'select subject, jid from account_group order by jid',
    )
    expect(rows).toHaveLength(groupCount)
    expect(rows[0]?.subject).toMatch(/^Class /)
  } finally {
    await database.end()
  }
})

async function untilAcked(reminded: Reminded, count: number): Promise<void> {
  await eventually(async () => {
    const acked = (await ledgerOf(system, reminded)).filter(({ state }) => state === 'acked')
    expect(acked.length).toBeGreaterThanOrEqual(count)
  })
}
