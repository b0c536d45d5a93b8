/** The `encrypt` namespace: what a device uploads, and the key bundles of the people it writes to. */
import { encodeBigEndian, KEY_BUNDLE_TYPE, xmppPreKey, xmppSignedPreKey } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import type { FaultRequest } from './contract.js'
import type { Faults } from './faults.js'
import { decodeJid, readerOf } from './jid.js'
import { bytesOf, child, children, errorResult, firstChild, node, result, type BinaryNode } from './node.js'
import type { PhoneKeys } from './phone-keys.js'
import type { Senders } from './senders.js'
import type { KeyBundle, World } from './world.js'

type Server = { world: World; faults: Faults; keysOf: (reader: string) => PhoneKeys; senders: Senders }
type Fault = Extract<FaultRequest, { kind: 'deviceKeys' }>

const LESS_THAN_A_KEY = Buffer.from([1, 2, 3])

const bundle = (jid: string, keys: PhoneKeys, preKeyId: number, fault: Fault | undefined): BinaryNode => {
  const how = fault?.how
  if (how === 'error')
    return node('user', { jid }, [node('error', { code: String(fault?.code), text: 'not-acceptable' })])
  const preKey = how === 'emptyKey' ? node('key', {}) : xmppPreKey(keys.preKey(preKeyId), preKeyId)
  const identity = how === 'shortIdentity' ? LESS_THAN_A_KEY : keys.identity.public
  return node('user', { jid }, [
    ...(how === 'noRegistration' ? [] : [node('registration', {}, encodeBigEndian(keys.registrationId))]),
    node('type', {}, KEY_BUNDLE_TYPE),
    ...(how === 'noIdentity' ? [] : [node('identity', {}, identity)]),
    ...(how === 'noSignedKey' ? [] : [xmppSignedPreKey(keys.signedPreKey)]),
    ...(how === 'noKey' ? [] : [preKey]),
  ])
}

const bundles = (
  { world, faults, keysOf }: Server,
  account: string | undefined,
  wanted: BinaryNode,
): BinaryNode[] | { refusal: number } => {
  const users = children(wanted, 'user').flatMap(({ attrs: { jid = '' } }) => {
    const phone = world.phoneOf(jid)
    if (phone === undefined) return []
    const reader = readerOf(phone, decodeJid(jid)?.device ?? 0)
    const fault = faults.take('deviceKeys', { account }, ({ about }) => about === reader)
    return [{ jid, reader, fault }]
  })
  const refusal = users.find(({ fault }) => fault?.how === 'whole')?.fault?.code
  if (refusal !== undefined) return { refusal }
  const given = users.filter(({ fault }) => fault?.how !== 'absent')
  const issued = world.issuePreKeys(given.map(({ reader }) => reader))
  return given.map(({ jid, reader, fault }) => bundle(jid, keysOf(reader), issued.get(reader) ?? 1, fault))
}

export const answerEncrypt = (server: Server, connection: Connection, query: BinaryNode): BinaryNode => {
  const { world } = server
  const at = connection.identified
  const device = at && world.account(at.account).devices.get(at.device)
  const asked = firstChild(query)
  if (asked?.tag === 'count') return result(query, [node('count', { value: String(device?.prekeys ?? 0) })])
  if (asked?.tag === 'digest') return result(query, [node('digest', {})])
  if (asked?.tag === 'key') {
    const given = bundles(server, at?.account, asked)
    if ('refusal' in given) return errorResult(query, given.refusal, 'not-acceptable')
    return result(query, [node('list', {}, given)])
  }
  const uploaded = children(child(query, 'list'), 'key')
  if (at && device && uploaded.length > 0) {
    world.change({ t: 'prekeys', ...at, prekeys: device.prekeys + uploaded.length })
    world.change({ t: 'bundle', ...at, bundle: uploadedBundle(query) })
    server.senders.uploaded(at, uploaded.map(oneTimeKey))
  }
  return result(query)
}

const numberOf = (parent: BinaryNode | undefined, tag: string): number => {
  const bytes = bytesOf(parent, tag)
  return bytes.readUIntBE(0, bytes.length)
}

const uploadedBundle = (query: BinaryNode): KeyBundle => {
  const signed = child(query, 'skey')
  return {
    registrationId: numberOf(query, 'registration'),
    identity: bytesOf(query, 'identity'),
    signedPreKey: {
      keyId: numberOf(signed, 'id'),
      public: bytesOf(signed, 'value'),
      signature: bytesOf(signed, 'signature'),
    },
  }
}

const oneTimeKey = (key: BinaryNode) => ({ keyId: numberOf(key, 'id'), public: bytesOf(key, 'value') })
