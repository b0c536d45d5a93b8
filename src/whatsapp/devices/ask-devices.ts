import {
  extractDeviceJids,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  isPnUser,
  jidDecode,
  USyncQuery,
  USyncUser,
  type BinaryNode,
  type USyncQueryResult,
  type WASocket,
} from '../baileys.js'
import { refusedQueryCode } from '../errors.js'
import { answerOfOne } from './answer-of-one.js'
import type { UserDevices } from './device-cache.js'

/**
 * Asks WhatsApp which devices these users have. A user whose list WhatsApp refuses does not take the lists of the others
 * along. Unlike `getUSyncDevices` (Baileys 7.0.0-rc14) it asks for no keys: that one begins a session with each phone
 * anew at every question, which uses up one-time keys, and fails for all where the keys of one are refused.
 * @returns by user; who is missing is not on WhatsApp. Undefined when there was no answer.
 * @throws Boom when WhatsApp refuses the whole query
 */
export async function askDevices(
  socket: WASocket,
  jids: string[],
): Promise<Map<string, UserDevices> | undefined> {
  const query = new TolerantQuery().withContext('message').withDeviceProtocol().withLIDProtocol()
  for (const jid of jids) query.withUser(new USyncUser().withId(jid))
  const answer = await socket.executeUSyncQuery(query)
  if (answer === undefined) return undefined
  await storeLids(socket, answer)
  const { id, lid } = socket.authState.creds.me ?? {}
  const answers = new Map<string, UserDevices>()
  for (const user of answer.list) {
    const name = jidDecode(user.id)?.user
    if (name === undefined || !('devices' in user)) continue
    const devices = extractDeviceJids([user], id ?? '', jidDecode(lid)?.user ?? '', false)
    answers.set(name, { devices, isRefused: false })
  }
  for (const jid of query.refused) answers.set(jidDecode(jid)?.user ?? '', { devices: [], isRefused: true })
  return answers
}

/** Reads each user alone. */
class TolerantQuery extends USyncQuery {
  readonly refused: string[] = []

  override parseUSyncQueryResult(result: BinaryNode | undefined): USyncQueryResult | undefined {
    if (result?.attrs.type !== 'result') return undefined
    const list = getBinaryNodeChild(getBinaryNodeChild(result, 'usync'), 'list')
    const read: USyncQueryResult = { list: [], sideList: [] }
    for (const user of getBinaryNodeChildren(list, 'user'))
      try {
        read.list.push(...(super.parseUSyncQueryResult(answerOfOne(user, 'usync'))?.list ?? []))
      } catch (error) {
        if (refusedQueryCode(error) === undefined) throw error
        this.refused.push(user.attrs.jid ?? '')
      }
    return read
  }
}

/** Baileys addresses sessions by LID where it knows one. */
async function storeLids({ signalRepository }: WASocket, { list }: USyncQueryResult): Promise<void> {
  const pairs = list.flatMap(({ id, lid }) =>
    typeof lid === 'string' && isPnUser(id) === true ? [{ lid, pn: id }] : [],
  )
  if (pairs.length > 0) await signalRepository.lidMapping.storeLIDPNMappings(pairs)
}
