/** The responder's side of Noise_XX_25519_AESGCM_SHA256, as WhatsApp speaks it. */
import {
  aesDecryptGCM,
  aesEncryptGCM,
  Curve,
  hkdf,
  NOISE_MODE,
  NOISE_WA_HEADER,
  proto,
  sha256,
} from '@whiskeysockets/baileys'
import { derive, signingKeysFrom, type SigningKeys } from './signing-key.js'

const EMPTY = Buffer.alloc(0)
const KEY_BYTES = 32

const nonce = (counter: number): Buffer => {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(counter, 8)
  return bytes
}

/** The server's long-lived key and the certificate chain that vouches for it, signed once. */
export type NoiseServer = { keys: SigningKeys; certificate: Uint8Array }

export const createNoiseServer = (seed: Buffer, root: SigningKeys): NoiseServer => {
  const { Details } = proto.CertChain.NoiseCertificate
  const intermediate = signingKeysFrom(derive(seed, 'noise intermediate'))
  const keys = signingKeysFrom(derive(seed, 'noise static'))
  const validity = { notBefore: 0, notAfter: 4_000_000_000 } // seconds; Baileys does not check them
  const signed = (details: Uint8Array, by: SigningKeys) => ({ details, signature: by.sign(details) })
  const middle = Details.encode({
    serial: 1,
    issuerSerial: 0,
    key: intermediate.public,
    ...validity,
  }).finish()
  const leaf = Details.encode({ serial: 2, issuerSerial: 1, key: keys.public, ...validity }).finish()
  const certificate = proto.CertChain.encode({
    intermediate: signed(middle, root),
    leaf: signed(leaf, intermediate),
  }).finish()
  return { keys, certificate }
}

export type ClientFinish = { payload: proto.IClientPayload; staticKey: Buffer }

export class NoiseResponder {
  readonly #server: NoiseServer
  readonly #ephemeral = Curve.generateKeyPair()
  #hash: Buffer
  #salt: Buffer
  #key: Buffer
  #counter = 0
  #read: { key: Buffer; counter: number } | undefined
  #write: { key: Buffer; counter: number } | undefined

  constructor(server: NoiseServer) {
    this.#server = server
    const mode = Buffer.from(NOISE_MODE)
    this.#hash = mode.length === KEY_BYTES ? mode : sha256(mode)
    this.#salt = this.#hash
    this.#key = this.#hash
    this.#authenticate(NOISE_WA_HEADER)
  }

  /** Answers the client hello with the server hello. */
  hello(message: Uint8Array): Uint8Array {
    const theirs = proto.HandshakeMessage.decode(message).clientHello?.ephemeral
    if (!theirs) throw new Error('The handshake did not begin with a client hello')
    this.#authenticate(theirs)
    this.#authenticate(this.#ephemeral.public)
    this.#mix(Curve.sharedKey(this.#ephemeral.private, theirs))
    const encryptedStatic = this.#encrypt(this.#server.keys.public)
    this.#mix(Curve.sharedKey(this.#server.keys.private, theirs))
    const payload = this.#encrypt(this.#server.certificate)
    const serverHello = { ephemeral: this.#ephemeral.public, static: encryptedStatic, payload }
    return proto.HandshakeMessage.encode({ serverHello }).finish()
  }

  /** Reads who the client is; from here on nodes travel. */
  finish(message: Uint8Array): ClientFinish {
    const finish = proto.HandshakeMessage.decode(message).clientFinish
    if (!finish?.static || !finish.payload) throw new Error('The handshake did not end with a client finish')
    const staticKey = this.#decrypt(finish.static)
    this.#mix(Curve.sharedKey(this.#ephemeral.private, staticKey))
    const payload = proto.ClientPayload.decode(this.#decrypt(finish.payload))
    const [read, write] = this.#expand(EMPTY)
    this.#read = { key: read, counter: 0 }
    this.#write = { key: write, counter: 0 }
    return { payload, staticKey }
  }

  seal(plaintext: Uint8Array): Buffer {
    if (!this.#write) throw new Error('The handshake is not finished')
    return aesEncryptGCM(plaintext, this.#write.key, nonce(this.#write.counter++), EMPTY)
  }

  open(ciphertext: Uint8Array): Buffer {
    if (!this.#read) throw new Error('The handshake is not finished')
    return aesDecryptGCM(ciphertext, this.#read.key, nonce(this.#read.counter++), EMPTY)
  }

  #authenticate(bytes: Uint8Array): void {
    this.#hash = sha256(Buffer.concat([this.#hash, bytes]))
  }

  #encrypt(plaintext: Uint8Array): Buffer {
    const ciphertext = aesEncryptGCM(plaintext, this.#key, nonce(this.#counter++), this.#hash)
    this.#authenticate(ciphertext)
    return ciphertext
  }

  #decrypt(ciphertext: Uint8Array): Buffer {
    const plaintext = aesDecryptGCM(ciphertext, this.#key, nonce(this.#counter++), this.#hash)
    this.#authenticate(ciphertext)
    return plaintext
  }

  #expand(secret: Uint8Array): [Buffer, Buffer] {
    const bytes = Buffer.from(hkdf(secret, 2 * KEY_BYTES, { salt: this.#salt, info: '' }))
    return [bytes.subarray(0, KEY_BYTES), bytes.subarray(KEY_BYTES)]
  }

  #mix(secret: Uint8Array): void {
    const [salt, key] = this.#expand(secret)
    this.#salt = salt
    this.#key = key
    this.#counter = 0
  }
}
