/** The `encrypt` namespace: what a device uploads, and the key bundles of the people it writes to. */
import { encodeBigEndian, KEY_BUNDLE_TYPE, xmppPreKey, xmppSignedPreKey } from '@whiskeysockets/baileys'
import type { Connection } from './connection.js'
import { child, children, firstChild, node, result, type BinaryNode } from './node.js'
import type { PhoneKeys } from './phone-keys.js'
import type { World } from './world.js'

type Server = { world: World; keysOf: (phone: string) => PhoneKeys }

const bundle = (jid: string, keys: PhoneKeys, preKeyId: number): BinaryNode =>
  node('user', { jid }, [
    node('registration', {}, encodeBigEndian(keys.registrationId)),
    node('type', {}, KEY_BUNDLE_TYPE),
    node('identity', {}, keys.identity.public),
    xmppSignedPreKey(keys.signedPreKey),
    xmppPreKey(keys.preKey(preKeyId), preKeyId),
  ])

const bundles = ({ world, keysOf }: Server, wanted: BinaryNode): BinaryNode[] => {
  const users = children(wanted, 'user').flatMap(({ attrs: { jid = '' } }) => {
    const phone = world.phoneOf(jid)
    return phone === undefined ? [] : [{ jid, phone }]
  })
  const issued = world.issuePreKeys(users.map(({ phone }) => phone))
  return users.map(({ jid, phone }) => bundle(jid, keysOf(phone), issued.get(phone) ?? 1))
}

export const answerEncrypt = (server: Server, connection: Connection, query: BinaryNode): BinaryNode => {
  const { world } = server
  const at = connection.identified
  const device = at && world.account(at.account).devices.get(at.device)
  const asked = firstChild(query)
  if (asked?.tag === 'count') return result(query, [node('count', { value: String(device?.prekeys ?? 0) })])
  if (asked?.tag === 'digest') return result(query, [node('digest', {})])
  if (asked?.tag === 'key') return result(query, [node('list', {}, bundles(server, asked))])
  const uploaded = children(child(query, 'list'), 'key').length
  if (at && device && uploaded > 0) world.change({ t: 'prekeys', ...at, prekeys: device.prekeys + uploaded })
  return result(query)
}
