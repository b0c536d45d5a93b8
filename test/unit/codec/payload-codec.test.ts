import { defaultPayloadConverter, type Payload } from '@temporalio/common'
import { expect, test } from 'vitest'
import { createPayloadCodec, isSealedPayload } from '../../../src/codec/payload-codec.js'
import { fingerprintOf, KeyRing } from '../../../src/store/encryption/key-ring.js'

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
const codec = createPayloadCodec(KeyRing.of(oldKey))
const said = { reason: 'the hall is closed', by: 'anna' }
const plain = defaultPayloadConverter.toPayload(said)
const read = (payload: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(payload ?? {})
const bytes = (payload: Payload | undefined) => Buffer.from(payload?.data ?? [])

async function sealed(of = codec, payload = plain): Promise<Payload> {
  const [first = {}] = await of.encode([payload])
  return first
}

test('a payload is sealed, names its key, and is opened as it was', async () => {
  const payload = await sealed()
  expect(isSealedPayload(payload)).toBe(true)
  expect(Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()).toBe(fingerprintOf(oldKey))
  expect(bytes(payload).toString('latin1')).not.toContain('hall')
  const [opened] = await codec.decode([payload])
  expect(read(opened)).toEqual(said)
  expect(Object.keys(opened?.metadata ?? {})).toEqual(Object.keys(plain.metadata ?? {}))
})

test('the same payload is never the same text twice', async () => {
  expect(bytes(await sealed())).not.toEqual(bytes(await sealed()))
})

test('what is plain is read as it is: typed by hand, from before there was a codec, or nothing', async () => {
  const payloads = [
    plain,
    {},
    defaultPayloadConverter.toPayload(undefined),
    { metadata: {}, data: Buffer.of(1) },
  ]
  expect(await codec.decode(payloads)).toEqual(payloads)
})

test('nothing is sealed where there is nothing to hide, or no key', async () => {
  const nothing = defaultPayloadConverter.toPayload(undefined)
  expect(await codec.encode([nothing])).toEqual([nothing])
  expect(await createPayloadCodec(KeyRing.of(undefined)).encode([plain])).toEqual([plain])
})

test('an older key of the ring opens, and the current one seals', async () => {
  const before = await sealed()
  const both = createPayloadCodec(new KeyRing([newKey, oldKey]))
  expect(read((await both.decode([before]))[0])).toEqual(said)
  await expect(codec.decode([await sealed(both)])).rejects.toThrow(
    `a key that is not here (key ${fingerprintOf(newKey)})`,
  )
})

test('a payload that was altered is refused, wherever that was', async () => {
  const payload = await sealed()
  for (let at = 0; at < bytes(payload).length; at++) {
    const data = bytes(payload)
    data[at] = (data[at] ?? 0) ^ 1
    await expect(codec.decode([{ ...payload, data }])).rejects.toThrow()
  }
  for (const length of [0, 1, 20, bytes(payload).length - 1])
    await expect(codec.decode([{ ...payload, data: bytes(payload).subarray(0, length) }])).rejects.toThrow()
})

test('a value of Postgres is no payload', async () => {
  const data = KeyRing.of(oldKey).seal(Buffer.from('x'), ['office', 'creds', 'creds'])
  await expect(codec.decode([{ ...(await sealed()), data }])).rejects.toThrow(/altered, or moved/)
})

test('a payload of 2 MB, the most that Temporal takes, is sealed and opened', async () => {
  const huge = defaultPayloadConverter.toPayload('x'.repeat(2 * 1_024 * 1_024))
  const payload = await sealed(codec, huge)
  expect(bytes(payload).length - bytes(huge).length).toBeLessThan(120)
  // Compared by `equals`: to show where they differ takes seconds.
  expect(bytes((await codec.decode([payload]))[0]).equals(bytes(huge))).toBe(true)
})

test('its order is kept, and none is lost', async () => {
  const payloads = Array.from({ length: 50 }, (_, index) => defaultPayloadConverter.toPayload(index))
  const opened = await codec.decode(await codec.encode(payloads))
  expect(opened.map(read)).toEqual(payloads.map(read))
})
