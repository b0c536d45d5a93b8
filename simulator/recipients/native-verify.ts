/**
 * libsignal's JavaScript verifies a signature in tens of milliseconds, and every member of a group verifies every
 * message. In this process alone it is replaced by the same check done natively. This file must be imported before
 * Baileys, which takes the function at load.
 */
import { createRequire } from 'node:module'
import { verifySignature } from '../signing-key.js'

type LibsignalCurve = {
  verifySignature: (publicKey: Buffer, message: Buffer, signature: Buffer, isInit?: boolean) => boolean
}

const DJB_KEY_BYTES = 33
const curve = createRequire(import.meta.url)('libsignal/src/curve.js') as LibsignalCurve

curve.verifySignature = (publicKey, message, signature, isInit) =>
  isInit === true ||
  verifySignature(publicKey.length === DJB_KEY_BYTES ? publicKey.subarray(1) : publicKey, message, signature)
