import type { CannotPost } from '../domain/groups.js'
import {
  areJidsSameUser,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  WAMessageAddressingMode,
  type BinaryNode,
  type GroupMetadata,
  type WASocket,
} from './baileys.js'
import { groupQueryFailure } from './errors.js'
import { GatewayFailure } from './gateway.js'

/** The part of a group that a send needs. */
export type ReadGroup = Pick<GroupMetadata, 'id' | 'subject' | 'addressingMode' | 'ephemeralDuration'> & {
  participants: { id: string }[]
  cannotPost?: CannotPost | undefined
}

type Me = WASocket['user']
type Asks = Pick<WASocket, 'query' | 'user'>

/**
 * All groups that the account is in. Baileys' own `groupFetchAllParticipating` (rc14) makes "no groups" of a query
 * that was never answered and of an answer without a list; here only a list says that there are none.
 * @throws GatewayFailure
 */
export async function readParticipating({ query, user }: Asks): Promise<ReadGroup[]> {
  const content = [{ tag: 'participating', attrs: {}, content: [{ tag: 'participants', attrs: {} }] }]
  const answer = await askWhatsApp(query, { to: '@g.us', content })
  const list = getBinaryNodeChild(answer, 'groups')
  if (list === undefined) throw new GatewayFailure('ConnectionLost', undefined)
  return getBinaryNodeChildren(list, 'group').flatMap((group) => groupOf(group, user) ?? [])
}

/**
 * One group. Baileys' own `groupMetadata` (rc14) does not tell that it is suspended.
 * @throws GatewayFailure
 */
export async function readGroup({ query, user }: Asks, jid: string): Promise<ReadGroup> {
  const content = [{ tag: 'query', attrs: { request: 'interactive' } }]
  const answer = await askWhatsApp(query, { to: jid, content })
  const group = getBinaryNodeChild(answer, 'group')
  const read = group && groupOf(group, user)
  if (read === undefined) throw new GatewayFailure('ConnectionLost', undefined)
  return read
}

/** What a notification tells of a group that was created: all of it. */
export function readCreated(created: BinaryNode, me: Me): ReadGroup | undefined {
  const group = getBinaryNodeChild(created, 'group')
  return group && groupOf(group, me)
}

function groupOf(group: BinaryNode, me: Me): ReadGroup | undefined {
  const { id, subject = '', addressing_mode: mode } = group.attrs
  if (id === undefined) return undefined
  const ephemeral = getBinaryNodeChild(group, 'ephemeral')?.attrs.expiration
  const participants = getBinaryNodeChildren(group, 'participant').flatMap(({ attrs: { jid, type } }) =>
    jid === undefined ? [] : { id: jid, isAdmin: type === 'admin' || type === 'superadmin' },
  )
  const has = (tag: string) => getBinaryNodeChild(group, tag) !== undefined
  return {
    id: id.includes('@') ? id : `${id}@g.us`,
    subject,
    addressingMode: mode === 'lid' ? WAMessageAddressingMode.LID : WAMessageAddressingMode.PN,
    ...(ephemeral !== undefined && { ephemeralDuration: Number(ephemeral) }),
    participants: participants.map(({ id: participant }) => ({ id: participant })),
    cannotPost: whyCannotPost(
      {
        isCommunity: has('parent'),
        isSuspended: has('suspended'),
        isAdminsOnly: has('announcement'),
        participants,
      },
      me,
    ),
  }
}

/** Undefined where the account may write to it. Sources: docs/whatsapp/groups-and-people.md. */
export function whyCannotPost(
  {
    isCommunity,
    isSuspended,
    isAdminsOnly,
    participants,
  }: {
    isCommunity: boolean
    isSuspended: boolean
    isAdminsOnly: boolean
    participants: { id: string; isAdmin: boolean }[]
  },
  me: Me,
): CannotPost | undefined {
  if (isSuspended) return 'suspended'
  if (isCommunity) return 'community'
  if (!isAdminsOnly) return undefined
  const own = participants.find(({ id }) => areJidsSameUser(id, me?.id) || areJidsSameUser(id, me?.lid))
  return own?.isAdmin === true ? undefined : 'adminsOnly'
}

async function askWhatsApp(
  query: WASocket['query'],
  { to, content }: { to: string; content: BinaryNode[] },
): Promise<BinaryNode | undefined> {
  try {
    // Undefined where it was not answered in time.
    return (await query({ tag: 'iq', attrs: { to, xmlns: 'w:g2', type: 'get' }, content })) as
      BinaryNode | undefined
  } catch (error) {
    throw groupQueryFailure(error)
  }
}
