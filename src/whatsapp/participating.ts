import {
  getBinaryNodeChild,
  getBinaryNodeChildren,
  WAMessageAddressingMode,
  type GroupMetadata,
  type WASocket,
} from './baileys.js'
import { groupQueryFailure } from './errors.js'
import { GatewayFailure } from './gateway.js'

/** The part of a group that a send needs. */
export type ReadGroup = Pick<GroupMetadata, 'id' | 'subject' | 'addressingMode' | 'ephemeralDuration'> & {
  participants: { id: string }[]
}

/**
 * All groups that the account is in. Baileys' own `groupFetchAllParticipating` (rc14) makes "no groups" of a query
 * that was never answered and of an answer without a list; here only a list says that there are none.
 * @throws GatewayFailure
 */
export async function readParticipating({ query }: Pick<WASocket, 'query'>): Promise<ReadGroup[]> {
  const answer = await askWhatsApp(query)
  const list = getBinaryNodeChild(answer, 'groups')
  if (list === undefined) throw new GatewayFailure('ConnectionLost', undefined)
  return getBinaryNodeChildren(list, 'group').flatMap((group) => {
    const { id, subject = '', addressing_mode: mode } = group.attrs
    if (id === undefined) return []
    const ephemeral = getBinaryNodeChild(group, 'ephemeral')?.attrs.expiration
    return {
      id: id.includes('@') ? id : `${id}@g.us`,
      subject,
      addressingMode: mode === 'lid' ? WAMessageAddressingMode.LID : WAMessageAddressingMode.PN,
      ...(ephemeral !== undefined && { ephemeralDuration: Number(ephemeral) }),
      participants: getBinaryNodeChildren(group, 'participant').flatMap(({ attrs: { jid } }) =>
        jid === undefined ? [] : { id: jid },
      ),
    }
  })
}

async function askWhatsApp(query: WASocket['query']) {
  try {
    // Undefined where it was not answered in time.
    return await query({
      tag: 'iq',
      attrs: { to: '@g.us', xmlns: 'w:g2', type: 'get' },
      content: [{ tag: 'participating', attrs: {}, content: [{ tag: 'participants', attrs: {} }] }],
    })
  } catch (error) {
    throw groupQueryFailure(error)
  }
}
