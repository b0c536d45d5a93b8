import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { GatewayFailure, type MediaFile, type Session } from '../../src/whatsapp/gateway.js'
import { slowMs, World } from './support/world.js'

const ACCOUNT = '15550000031'
const [ANN, BEN] = ['15551000031', '15551000032'] as const

let world: World
let session: Session

beforeAll(async () => {
  world = await World.start()
  session = await world.pair('painter', ACCOUNT)
}, slowMs)
afterAll(() => world?.stop(), slowMs)

const poster: MediaFile = {
  kind: 'image',
  bytes: randomBytes(100_000),
  mime: 'image/jpeg',
  caption: 'poster',
  width: 640,
  height: 480,
}

/** Baileys encrypts into files of this name. */
const temporaryFiles = (): string[] =>
  readdirSync(tmpdir()).filter((name) => /^image3EB0.*-(enc|original)$/.test(name))

test(
  'an image is uploaded once and relayed to groups and people, who all download and decrypt it',
  async () => {
    const group = await world.whatsapp.createGroup({ subject: 'Gallery', members: [ACCOUNT, ANN, BEN] })
    const message = await session.uploadMedia({ ...poster, thumbnail: randomBytes(200) })
    const content = { kind: 'uploaded', message } as const
    const jids = [group.jid, `${ANN}@s.whatsapp.net`]
    for (const [index, jid] of jids.entries())
      expect(
        await session.send({ messageId: `3EB0M${index}`, jid, content, maybeSentBefore: false }),
      ).toEqual({
        kind: 'acked',
        leftOutDevices: 0,
      })
    await world.whatsapp.settled()
    expect(await world.whatsapp.uploads()).toMatchObject({ count: 1 })
    const sha256 = createHash('sha256').update(poster.bytes).digest('hex')
    const { messages } = await world.whatsapp.inbox(ANN, { media: true })
    expect(messages).toHaveLength(2)
    for (const read of messages)
      expect(read).toMatchObject({ text: 'poster', kind: 'imageMessage', downloaded: { sha256 } })
  },
  slowMs,
)

test('a refused upload is worth another try, and an unusable file is not; neither leaves a file behind', async () => {
  const before = temporaryFiles()
  await world.whatsapp.fault({ kind: 'uploadFailure', status: 503 })
  await expect(session.uploadMedia(poster)).rejects.toMatchObject({ failure: 'UploadFailed' })
  await expect(session.uploadMedia({ ...poster, bytes: new Uint8Array() })).rejects.toEqual(
    new GatewayFailure('BadMedia', undefined),
  )
  await session.uploadMedia(poster)
  expect(temporaryFiles()).toEqual(before)
})

test('where to upload is asked again after an answer that was an error, in the same session, and then not each time', async () => {
  const next = await world.pair('second-painter', '15550000032')
  await world.whatsapp.fault({ kind: 'mediaConnError', code: 500 })
  const refused: unknown = await next.uploadMedia(poster).catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(GatewayFailure)
  expect(refused).toMatchObject({ failure: 'UploadFailed' })
  expect((await next.uploadMedia(poster)).length).toBeGreaterThan(0)
  await world.whatsapp.fault({ kind: 'mediaConnError', code: 500 })
  expect((await next.uploadMedia(poster)).length).toBeGreaterThan(0)
  expect(await world.whatsapp.faults()).toMatchObject([{ kind: 'mediaConnError', hits: 0 }])
  await world.whatsapp.clearFaults()
  await next.close()
})

test('an upload on a closed session says that the connection is lost', async () => {
  await session.close()
  await expect(session.uploadMedia(poster)).rejects.toMatchObject({ failure: 'ConnectionLost' })
})
