/**
 * The libsignal keys of a phone or companion, all derived from one secret: the server answers key bundles and the recipients'
 * process decrypts without a key ever having to be created ahead, stored or handed over.
 */
import { derive, curveKeysFrom, signingKeysFrom, type CurveKeys, type SigningKeys } from './signing-key.js'

const DJB_TYPE = Buffer.from([5])
const SIGNED_PREKEY_ID = 1

export type PhoneKeys = {
  registrationId: number
  identity: SigningKeys
  signedPreKey: { keyPair: CurveKeys; signature: Buffer; keyId: number }
  preKey: (id: number) => CurveKeys
}

/** @param installationOf how often WhatsApp was installed anew on it: each time it makes all keys anew */
export const createPhoneKeys = (
  seed: Buffer,
  installationOf: (reader: string) => number,
): ((reader: string) => PhoneKeys) => {
  const known = new Map<string, PhoneKeys>()
  return (reader) => {
    const installation = installationOf(reader)
    const name = installation === 0 ? `phone ${reader}` : `phone ${reader} ${installation}`
    const cached = known.get(name)
    if (cached) return cached
    const secret = derive(seed, name)
    const identity = signingKeysFrom(derive(secret, 'identity'))
    const keyPair = curveKeysFrom(derive(secret, 'signed prekey'))
    const keys: PhoneKeys = {
      registrationId: 1 + (derive(secret, 'registration').readUInt16BE(0) % 16_380), // 14 bits, never 0
      identity,
      signedPreKey: {
        keyPair,
        signature: identity.sign(Buffer.concat([DJB_TYPE, keyPair.public])),
        keyId: SIGNED_PREKEY_ID,
      },
      preKey: (id) => curveKeysFrom(derive(secret, `prekey ${id}`)),
    }
    known.set(name, keys)
    return keys
  }
}
