/** The `usync` namespace: devices, LIDs and whether a number is on WhatsApp at all. */
import type { Connection } from './connection.js'
import type { Faults } from './faults.js'
import { lidJid, phoneJid } from './jid.js'
import { child, children, errorResult, node, result, type BinaryNode } from './node.js'
import type { World } from './world.js'

/**
 * The phone and its companions, and of the asking account its own linked devices. The linked devices of other accounts
 * are left out: nobody reads there. A device other than 0 must carry `key-index`, or Baileys ignores it.
 */
const devices = (world: World, asking: string | undefined, phone: string): BinaryNode => {
  const linked = phone === asking ? [...(world.accounts.get(phone)?.devices.keys() ?? [])] : []
  const list = [
    node('device', { id: '0' }),
    ...[...linked, ...world.companionsOf(phone)].map((device) =>
      node('device', { id: String(device), 'key-index': String(device) }),
    ),
  ]
  return node('devices', {}, [node('device-list', {}, list)])
}

/** The number of a user who is asked for by number, as it is written. */
const numberOf = (user: BinaryNode): string | undefined => {
  const contact = child(user, 'contact')?.content
  if (user.attrs.jid !== undefined || contact === undefined || Array.isArray(contact)) return undefined
  return Buffer.from(contact as Uint8Array)
    .toString()
    .replace('+', '')
}

const ERROR_TEXTS: Record<number, string> = { 404: 'item-not-found', 429: 'rate-overlimit' }

type Server = { world: World; faults: Faults; askedNumbers: string[] }

export const answerUsync = (
  { world, faults, askedNumbers }: Server,
  connection: Connection,
  query: BinaryNode,
): BinaryNode => {
  const account = connection.identified?.account
  const usync = child(query, 'usync')
  const asked = child(usync, 'query')?.content
  const protocols = Array.isArray(asked) ? asked.map(({ tag }) => tag) : []
  const wanted = children(child(usync, 'list'), 'user')
  if (wanted.some((user) => numberOf(user) !== undefined)) {
    const refusal = faults.take('contactError', { account })
    if (refusal) return errorResult(query, refusal.code, ERROR_TEXTS[refusal.code] ?? 'internal-server-error')
  }
  const users = wanted.map((user) => {
    const number = numberOf(user)
    if (number !== undefined) askedNumbers.push(number)
    const phone = number === undefined ? world.phoneOf(user.attrs.jid ?? '') : world.personWith(number)
    const jid = user.attrs.jid ?? phoneJid(phone === undefined ? (number ?? '') : world.numberOf(phone))
    const content: BinaryNode[] = []
    if (phone !== undefined && protocols.includes('devices')) {
      const fault = faults.take('deviceList', { account }, ({ about }) => about === phone)
      const text = ERROR_TEXTS[fault?.code ?? 0] ?? 'internal-server-error'
      const isHidden = world.isLidOnly(phone) && !jid.endsWith('@lid')
      content.push(
        fault
          ? node('devices', {}, [node('error', { code: String(fault.code), text })])
          : isHidden
            ? node('devices', {}, [node('device-list', {}, [])])
            : devices(world, account, phone),
      )
    }
    if (phone !== undefined && world.hasLid(phone) && protocols.includes('lid'))
      content.push(node('lid', { val: lidJid(phone) }))
    if (protocols.includes('contact'))
      content.push(
        node('contact', { type: phone === undefined ? 'out' : 'in' }, Buffer.from(`+${number ?? ''}`)),
      )
    return node('user', { jid }, content)
  })
  const attrs = { sid: usync?.attrs.sid ?? '', mode: 'query', last: 'true', index: '0' }
  return result(query, [node('usync', attrs, [node('list', {}, users)])])
}
