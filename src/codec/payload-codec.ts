import type { Payload, PayloadCodec } from '@temporalio/common'
import proto from '@temporalio/proto'
import type { KeyRing } from '../store/encryption/key-ring.js'

const { Payload: PayloadMessage } = proto.temporal.api.common.v1

/** As Temporal's own samples name them, so that its tools show what it is. */
const sealedEncoding = 'binary/encrypted'
const keyIdName = 'encryption-key-id'

/** What a payload is sealed for: a value of Postgres cannot take its place. */
const context = ['temporal', 'payload']

/** What has no data has nothing to hide: `undefined`, as most results are. */
const emptyEncoding = 'binary/null'

/**
 * Seals payloads on their way to Temporal with the ring's current key, and opens what any of its keys sealed. Everything
 * else is read as it is: a signal that was typed by hand, and the histories from before there was a codec. Without a key
 * payloads are written plain, too.
 *
 * @throws EncryptionKeyError when decoding, for a key that the ring has not, and for what was altered. The SDK fails the
 * task then, and Temporal tries it again: with the key there, it goes on where it stood.
 */
export function createPayloadCodec(ring: KeyRing): PayloadCodec {
  return {
    // Async by its type alone: what throws becomes a rejection, and nothing is waited for.
    encode: async (payloads) => payloads.map((payload) => sealed(ring, payload)),
    decode: async (payloads) => payloads.map((payload) => openPayload(ring, payload)),
  }
}

/** Whether it is one that the codec has sealed. */
export function isSealedPayload(payload: Payload): boolean {
  return keyIdOfPayload(payload) !== undefined
}

/** The key that it was sealed with; undefined where it is plain. */
export function keyIdOfPayload({ metadata }: Payload): string | undefined {
  if (textOf(metadata?.['encoding']) !== sealedEncoding) return undefined
  const id = metadata?.[keyIdName]
  return id === undefined ? undefined : textOf(id)
}

function sealed(ring: KeyRing, payload: Payload): Payload {
  const { current } = ring
  if (current === undefined || textOf(payload.metadata?.['encoding']) === emptyEncoding) return payload
  return {
    metadata: { encoding: Buffer.from(sealedEncoding), [keyIdName]: Buffer.from(current) },
    data: ring.seal(PayloadMessage.encode(payload).finish(), context),
  }
}

/** What the codec does with one of them. @throws EncryptionKeyError */
export function openPayload(ring: KeyRing, payload: Payload): Payload {
  if (!isSealedPayload(payload)) return payload
  const what = `A payload of Temporal (key ${textOf(payload.metadata?.[keyIdName])})`
  return PayloadMessage.decode(ring.open(payload.data ?? new Uint8Array(), context, { what }))
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString()
}
