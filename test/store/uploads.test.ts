import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDeliveryActivities } from '../../src/activities/deliveries/deliveries.js'
import { takenSlots } from '../../src/activities/deliveries/taken-slots.js'
import { saveMedia } from '../../src/store/reminders/media.js'
import { prepareRun } from '../../src/store/runs/runs.js'
import { uploadsOf } from '../../src/store/sends/uploads.js'
import { GatewayFailure, type MediaFile, type Session } from '../../src/whatsapp/gateway.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { addAccount, connectAccount, defineRun, groupJid } from '../support/ledger.js'

const accountId = 'office'
let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  await addAccount(db.database, accountId)
})
afterAll(() => db.close())

test('a try that failed half-way is gone on with: what is uploaded is not uploaded again', async () => {
  const digests = ['a'.repeat(64), 'b'.repeat(64)]
  const small = { mime: 'image/png', thumbnail: Buffer.alloc(1), width: 1, height: 1 }
  for (const digest of digests)
    await saveMedia(db.database, [{ digest, ...small, bytes: Buffer.from(digest.slice(0, 1)) }])
  const run = await defineRun(db.database, {
    accountId,
    key: 'images',
    recipients: [groupJid(1)],
    parts: digests.map((media) => ({ kind: 'image', media })),
  })
  await prepareRun(db.database, run)
  const uploaded: string[] = []
  const uploadMedia = await uploaderOf((file) => {
    const name = Buffer.from(file.bytes).toString()
    uploaded.push(name)
    if (name === 'b' && uploaded.length === 2) throw new GatewayFailure('UploadFailed', 503)
    return Buffer.from(`content of ${name}`)
  })

  await expect(uploadMedia(run.runId)).rejects.toMatchObject({ type: 'UploadFailed', nonRetryable: false })
  await uploadMedia(run.runId)
  await uploadMedia(run.runId)
  expect(uploaded).toEqual(['a', 'b', 'b'])
  const kept = [...(await uploadsOf(db.database, run.runId))].map(([part, content]) => [
    part,
    content.toString(),
  ])
  expect(kept.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual([
    [0, 'content of a'],
    [1, 'content of b'],
  ])
})

async function uploaderOf(
  upload: (file: MediaFile) => Uint8Array,
): Promise<(runId: string) => Promise<void>> {
  const epoch = await connectAccount(db.database, accountId)
  const never = () => Promise.reject(new Error('nothing but uploads is expected'))
  const session: Session = {
    accountId,
    jid: '15550005551@s.whatsapp.net',
    lid: undefined,
    send: never,
    sendCopy: never,
    uploadMedia: async (file) => upload(await Promise.resolve(file)),
    askForPeople: never,
    otherJidOf: never,
    refreshGroups: never,
    refreshAgedGroups: never,
    groupsWereRead: never,
    closed: new Promise(() => undefined),
    unlink: never,
    hasEnded: () => false,
    close: never,
  }
  const logger = pino({ level: 'silent' })
  const slots = takenSlots({ database: db.database, accountId, epoch, hasEnded: () => false, logger })
  const activities = createDeliveryActivities({ database: db.database, session, epoch, slots, logger })
  return async (runId) => {
    const environment = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') })
    await environment.run(() => activities.uploadMedia({ runId }))
  }
}
