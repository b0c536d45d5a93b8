import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { KeyRing } from '../../src/store/encryption/key-ring.js'

/** The key of the workers that the tests start. */
export const testKey = Buffer.alloc(32, 7)

/** For what speaks to Temporal beside them. */
export const testDataConverter = { payloadCodecs: [createPayloadCodec(KeyRing.of(testKey))] }
