/** Linking a device: the QR's references, the pairing code's key exchange, and the signed device identity. */
import { randomBytes } from 'node:crypto'
import {
  aesDecryptCTR,
  aesDecryptGCM,
  aesEncryptCTR,
  Curve,
  derivePairingCodeKey,
  hkdf,
  hmacSign,
  jidDecode,
  proto,
} from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import type { Faults } from './faults.js'
import { ControlError } from './failure.js'
import { deviceLid, SERVER } from './jid.js'
import { bytesOf, child, errorResult, node, result, seconds, type BinaryNode } from './node.js'
import type { ClientFinish } from './noise.js'
import type { PhoneKeys } from './phone-keys.js'
import type { World } from './world.js'

const REFERENCES = 6
const ACCOUNT_SIGNATURE = Buffer.from([6, 0])
const SALT_BYTES = 32
const IV_BYTES = 16
const GCM_IV_BYTES = 12
const EMPTY = Buffer.alloc(0)
// The client answers at once, or shows another code than the one typed.
const CLIENT_ANSWERS_WITHIN_MS = 20_000

type CodeExchange = { phone: string; wrapped: Buffer; reference: string }
type OpenExchange = CodeExchange & { ephemeral: Buffer; companion: Buffer }
type Waiting = {
  staticKey: Buffer
  /** as the phone will list it */
  name: string
  references: string[]
  /** of a QR code that was scanned: WhatsApp takes only another one */
  retiredSecret?: string
  exchange?: CodeExchange
  opened?: OpenExchange
  onSigned?: () => void
  outcome?: { resolve: (device: number) => void; reject: (error: Error) => void }
}

/** @throws when the two sides do not share the code */
const openBundle = (bundle: Buffer, shared: Uint8Array): Buffer => {
  const info = 'link_code_pairing_key_bundle_encryption_key'
  const key = Buffer.from(hkdf(shared, 32, { salt: bundle.subarray(0, SALT_BYTES), info }))
  const end = SALT_BYTES + GCM_IV_BYTES
  return aesDecryptGCM(bundle.subarray(end), key, bundle.subarray(SALT_BYTES, end), EMPTY)
}

// What a code is given for: Baileys pull requests 2409 and 2769, whatsmeow's pair-code.go.
const KNOWN_DISPLAY =
  /^(Chrome|Edge|Firefox|IE|Opera|Safari) \((Windows|Mac OS|Mac|Linux|Ubuntu|Fedora|Android|iOS)\)$/
const KNOWN_PLATFORM = /^[1-6]$/

const nameOf = ({ devicePairingData }: proto.IClientPayload): string => {
  const { os, platformType } = proto.DeviceProps.decode(devicePairingData?.deviceProps ?? EMPTY)
  const browser = proto.DeviceProps.PlatformType[platformType ?? 0] ?? 'UNKNOWN'
  return `${browser.charAt(0)}${browser.slice(1).toLowerCase()} (${os ?? ''})`
}

const notification = (type: string, content: BinaryNode): BinaryNode =>
  node('notification', { from: SERVER, id: randomBytes(4).toString('hex'), type, t: seconds() }, [content])

export class Pairing {
  readonly #world: World
  readonly #keysOf: (phone: string) => PhoneKeys
  readonly #faults: Faults
  readonly #waiting = new Map<Connection, Waiting>()

  constructor(world: World, faults: Faults, keysOf: (phone: string) => PhoneKeys) {
    this.#world = world
    this.#faults = faults
    this.#keysOf = keysOf
  }

  begin(connection: Connection, { staticKey, payload }: ClientFinish): void {
    const references = Array.from({ length: REFERENCES }, () => randomBytes(16).toString('base64url'))
    this.#waiting.set(connection, { staticKey, references, name: nameOf(payload) })
    const refs = references.map((reference) => node('ref', {}, Buffer.from(reference)))
    connection.send(
      node('iq', { id: randomBytes(4).toString('hex'), type: 'set', xmlns: 'md', from: SERVER }, [
        node('pair-device', {}, refs),
      ]),
    )
  }

  forget(connection: Connection): void {
    this.#waiting.delete(connection)
  }

  /** The account's phone scans the QR. */
  async scan(account: string, qr: string): Promise<number> {
    this.#world.account(account)
    const [reference = '', , identity = '', secret = ''] = qr.replace(/^https:\/\/[^#]*#/, '').split(',')
    for (const [connection, waiting] of this.#waiting) {
      if (!waiting.references.includes(reference)) continue
      if (secret === waiting.retiredSecret)
        throw new ControlError(409, 'The secret of this QR is retired: scan the one with a new secret')
      const fault = this.#faults.take(
        'pairing',
        { account },
        ({ how }) => how === 'passkey' || how === 'newSecret',
      )
      if (fault?.how === 'passkey') {
        connection.send(
          notification('passkey_prologue_request', node('passkey_request_options', {}, Buffer.from('{}'))),
        )
        throw new ControlError(409, `WhatsApp asks ${account} for a passkey: the device is not linked`)
      }
      if (fault?.how === 'newSecret') {
        waiting.retiredSecret = secret
        connection.send(notification('companion_reg_refresh', node('companion_reg_refresh', {})))
        throw new ControlError(409, 'WhatsApp retired the secret of this QR: scan the next one')
      }
      const linked = this.#outcomeOf(waiting)
      this.#link(connection, account, Buffer.from(secret, 'base64'), Buffer.from(identity, 'base64'))
      return linked
    }
    throw new ControlError(
      409,
      `No connected client shows this QR (reference "${reference}"): scan a current one`,
    )
  }

  /** The client asked for a code for this phone number. */
  companionHello(connection: Connection, query: BinaryNode, registration: BinaryNode): BinaryNode {
    const phone = jidDecode(registration.attrs.jid)?.user ?? ''
    const refusal = this.#faults.take('refuseCodeRequest', { account: phone })
    if (refusal) return errorResult(query, refusal.code, 'refused')
    const display = bytesOf(registration, 'companion_platform_display').toString()
    const platform = bytesOf(registration, 'companion_platform_id').toString()
    if (!KNOWN_DISPLAY.test(display) || !KNOWN_PLATFORM.test(platform))
      return errorResult(query, 400, 'bad-request')
    const wrapped = bytesOf(registration, 'link_code_pairing_wrapped_companion_ephemeral_pub')
    const reference = randomBytes(8).toString('base64url')
    this.#of(connection).exchange = { phone, wrapped, reference }
    return result(query, [
      node('link_code_companion_reg', { stage: 'companion_hello' }, [
        node('link_code_pairing_ref', {}, Buffer.from(reference)),
      ]),
    ])
  }

  /** The account's phone types the code in. */
  async enterCode(account: string, typed: string): Promise<number> {
    this.#world.account(account)
    const code = typed.replace('-', '').toUpperCase()
    const found = [...this.#waiting].findLast(([, { exchange }]) => exchange?.phone === account)
    const exchange = found?.[1].exchange
    if (!found || !exchange)
      throw new ControlError(
        409,
        `No connected client asked for a code for ${account}: request one there first`,
      )
    const [connection, waiting] = found
    const { wrapped } = exchange
    const theirKey = await derivePairingCodeKey(code, wrapped.subarray(0, SALT_BYTES))
    const iv = wrapped.subarray(SALT_BYTES, SALT_BYTES + IV_BYTES)
    const companion = aesDecryptCTR(wrapped.subarray(SALT_BYTES + IV_BYTES), theirKey, iv)
    const ephemeral = Curve.generateKeyPair()
    waiting.opened = { ...exchange, ephemeral: Buffer.from(ephemeral.private), companion }
    const salt = randomBytes(SALT_BYTES)
    const ourIv = randomBytes(IV_BYTES)
    const ourKey = await derivePairingCodeKey(code, salt)
    const wrappedPrimary = Buffer.concat([salt, ourIv, aesEncryptCTR(ephemeral.public, ourKey, ourIv)])
    const attrs = {
      from: SERVER,
      id: randomBytes(4).toString('hex'),
      type: 'link_code_companion_reg',
      t: seconds(),
    }
    const linked = this.#outcomeOf(waiting)
    connection.send(
      node('notification', attrs, [
        node('link_code_companion_reg', { stage: 'primary_hello' }, [
          node('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrappedPrimary),
          node('primary_identity_pub', {}, this.#keysOf(account).identity.public),
          node('link_code_pairing_ref', {}, Buffer.from(exchange.reference)),
        ]),
      ]),
    )
    return linked
  }

  /** The client proves that it knows the code; a wrong one can't be decrypted here. */
  companionFinish(connection: Connection, registration: BinaryNode): void {
    const waiting = this.#of(connection)
    const { opened } = waiting
    if (!opened) throw new Error('The client finished a code exchange that the phone did not begin')
    const bundle = bytesOf(registration, 'link_code_pairing_wrapped_key_bundle')
    const shared = Curve.sharedKey(opened.ephemeral, opened.companion)
    let plain: Buffer
    try {
      plain = openBundle(bundle, shared)
    } catch (error) {
      const wrong = `The code does not match the one that the client shows for ${opened.phone}`
      waiting.outcome?.reject(new ControlError(409, wrong, { cause: error }))
      return
    }
    const identity = plain.subarray(0, 32)
    const random = plain.subarray(64, 96)
    const identityShared = Curve.sharedKey(this.#keysOf(opened.phone).identity.private, identity)
    const secret = hkdf(Buffer.concat([shared, identityShared, random]), 32, { info: 'adv_secret' })
    this.#link(connection, opened.phone, Buffer.from(secret), identity)
  }

  /** The client accepted its identity: from here on it logs in. */
  signed(connection: Connection): void {
    this.#waiting.get(connection)?.onSigned?.()
  }

  #of(connection: Connection): Waiting {
    const waiting = this.#waiting.get(connection)
    if (!waiting) throw new Error('A client that is not pairing sent a pairing stanza')
    return waiting
  }

  /** Settles when the client has signed, and fails when it never does. */
  #outcomeOf(waiting: Waiting): Promise<number> {
    return new Promise((resolve, reject) => {
      const silence = `The client did not finish the pairing within ${CLIENT_ANSWERS_WITHIN_MS} ms`
      const timer = setTimeout(
        () => reject(new ControlError(504, `${silence}: is it still connected?`)),
        CLIENT_ANSWERS_WITHIN_MS,
      )
      waiting.outcome = {
        resolve: (device) => {
          clearTimeout(timer)
          resolve(device)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
    })
  }

  #link(connection: Connection, phone: string, secret: Buffer, identity: Buffer): void {
    const waiting = this.#of(connection)
    const { name, nextDevice: device } = this.#world.account(phone)
    this.#world.change({ t: 'account', phone, name, nextDevice: device + 1 })
    const keys = this.#keysOf(phone).identity
    const timestamp = Math.floor(Date.now() / 1000)
    const details = proto.ADVDeviceIdentity.encode({ rawId: device, timestamp, keyIndex: device }).finish()
    const account = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: keys.public,
      accountSignature: keys.sign(Buffer.concat([ACCOUNT_SIGNATURE, details, identity])),
    }).finish()
    const hmac = hmacSign(Buffer.from(account), secret)
    const envelope = proto.ADVSignedDeviceIdentityHMAC.encode({ details: account, hmac }).finish()
    waiting.onSigned = () => {
      const { staticKey: noiseKey, name: shownAs } = waiting
      const linked = { device, noiseKey, identity, linkedAt: Date.now(), prekeys: 0, name: shownAs }
      this.#world.change({ t: 'device', account: phone, device: linked })
      this.forget(connection)
      waiting.outcome?.resolve(device)
      const fault = this.#faults.take('pairing', { account: phone })
      if (fault === undefined) {
        connection.disconnect('restart')
        return
      }
      this.#world.change({ t: 'unlinked', account: phone, device })
      connection.disconnect(fault.how === 'forcedLogout' ? 'forcedLogout' : 'restart')
    }
    const attrs = { id: randomBytes(4).toString('hex'), type: 'set', xmlns: 'md', from: SERVER, t: seconds() }
    connection.send(
      node('iq', attrs, [
        node('pair-success', {}, [
          node('device', { jid: `${phone}:${device}@${SERVER}`, lid: deviceLid(phone, device) }),
          node('platform', { name: 'android' }),
          node('device-identity', {}, envelope),
        ]),
      ]),
    )
  }
}

export const registrationOf = (query: BinaryNode) => child(query, 'link_code_companion_reg')
