import { createPayloadCodec } from '../../src/codec/payload-codec.js'
import { testRing } from './database.js'

/** For what speaks to Temporal beside the workers that the tests start. */
export const testDataConverter = { payloadCodecs: [createPayloadCodec(testRing)] }
