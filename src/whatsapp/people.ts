import {
  getBinaryNodeChild,
  getBinaryNodeChildren,
  isLidUser,
  isPnUser,
  jidDecode,
  jidNormalizedUser,
  S_WHATSAPP_NET,
  type BinaryNode,
  type WASocket,
} from './baileys.js'
import type { Connection } from './connection.js'
import { accountQueryFailure, errorFields, refusedQueryCode } from './errors.js'
import { otherJidOf } from './other-jid.js'
import { GatewayFailure, type MovedNumber, type PersonAnswer } from './gateway.js'

export type People = {
  /**
   * Asks WhatsApp, in one question, who is behind these numbers: it may have another number for a person than the one that is
   * written (Brazil's ninth digit, Mexico's and Argentina's mobile prefix), and most have a LID.
   * @returns by the number as it was asked for; who is missing was not told of
   * @throws GatewayFailure
   */
  ask(numbers: string[]): Promise<Map<string, PersonAnswer>>
  /** What is known already, from whatever source: the LID of a number, and the number of a LID. Asks nobody. */
  known(jid: string): Promise<string | undefined>
}

/**
 * @param onMoved a person has another number; only those who have the account in their contacts, or are in its, are told of
 */
export function followPeople(connection: Connection, onMoved: (moved: MovedNumber) => void): People {
  const { socket, logger } = connection

  // WhatsApp Web's WAWebHandleContactNotification; Baileys (7.0.0-rc14) has no handler for it.
  socket.ws.on('CB:notification,type:contacts', (notification: BinaryNode) => {
    for (const { attrs } of getBinaryNodeChildren(notification, 'modify')) {
      const { old, new: now, old_lid: oldLid, new_lid: newLid } = attrs
      if (isPnUser(old) !== true || isPnUser(now) !== true || old === undefined || now === undefined) continue
      const to = { pn: jidNormalizedUser(now), lid: lidOf(newLid) }
      connection.inBackground(keepLids(socket, [to]))
      onMoved({ from: { pn: jidNormalizedUser(old), lid: lidOf(oldLid) }, to })
    }
  })

  return {
    async ask(numbers) {
      let answer: BinaryNode | undefined
      try {
        answer = (await socket.query(question(numbers, socket.generateMessageTag()))) as
          BinaryNode | undefined
      } catch (error) {
        const code = refusedQueryCode(error)
        const failure = accountQueryFailure(error)
        // The number is tried as it is written then.
        if (failure.failure !== 'RefusedByServer' || code === undefined) throw failure
        logger.warn(errorFields(error), 'WhatsApp does not say who is behind a number')
        return new Map()
      }
      const list = getBinaryNodeChild(getBinaryNodeChild(answer, 'usync'), 'list')
      if (list === undefined) throw new GatewayFailure('ConnectionLost', undefined)
      const answers = answersOf(numbers, getBinaryNodeChildren(list, 'user'))
      await keepLids(
        socket,
        [...answers.values()].flatMap((answer) => (answer.isOnWhatsApp ? answer : [])),
      )
      return answers
    },
    known: (jid) => otherJidOf(socket.authState.keys, jid),
  }
}

function question(numbers: string[], sid: string): BinaryNode {
  const users = numbers.map((jid) => ({
    tag: 'user',
    attrs: {},
    content: [{ tag: 'contact', attrs: {}, content: Buffer.from(`+${jidDecode(jid)?.user ?? ''}`) }],
  }))
  const query = [
    { tag: 'contact', attrs: {} },
    { tag: 'lid', attrs: {} },
  ]
  const attrs = { context: 'interactive', mode: 'query', sid, last: 'true', index: '0' }
  return {
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type: 'get', xmlns: 'usync' },
    content: [
      {
        tag: 'usync',
        attrs,
        content: [
          { tag: 'query', attrs: {}, content: query },
          { tag: 'list', attrs: {}, content: users },
        ],
      },
    ],
  }
}

/** The contact of an answer repeats the number as it was asked for. Where it does not, the number of the JID has to be it. */
function answersOf(numbers: string[], users: BinaryNode[]): Map<string, PersonAnswer> {
  const asked = new Set(numbers)
  const answers = new Map<string, PersonAnswer>()
  for (const user of users) {
    const contact = getBinaryNodeChild(user, 'contact')
    if (contact === undefined || getBinaryNodeChild(contact, 'error') !== undefined) continue
    const number = `${textOf(contact).replace(/\D/g, '')}@s.whatsapp.net`
    const jid = user.attrs.jid === undefined ? undefined : jidNormalizedUser(user.attrs.jid)
    const about = asked.has(number) ? number : asked.has(jid ?? '') ? jid : undefined
    if (about === undefined) continue
    const { type } = contact.attrs
    const lid = lidOf(getBinaryNodeChild(user, 'lid')?.attrs.val)
    if (type !== 'in') answers.set(about, { isOnWhatsApp: false })
    else answers.set(about, { isOnWhatsApp: true, pn: isPnUser(jid) === true && jid ? jid : about, lid })
  }
  return answers
}

function textOf({ content }: BinaryNode): string {
  if (typeof content === 'string') return content
  return content instanceof Uint8Array ? Buffer.from(content).toString() : ''
}

function lidOf(jid: string | undefined): string | undefined {
  return jid !== undefined && isLidUser(jid) === true ? jidNormalizedUser(jid) : undefined
}

/** Baileys addresses sessions by LID where it knows one. */
async function keepLids(
  { signalRepository }: WASocket,
  people: { pn: string; lid: string | undefined }[],
): Promise<void> {
  const pairs = people.flatMap(({ pn, lid }) => (lid === undefined ? [] : { lid, pn }))
  if (pairs.length > 0) await signalRepository.lidMapping.storeLIDPNMappings(pairs)
}
