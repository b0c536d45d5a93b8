/** The `w:g2` namespace and the notifications of a changed group. */
import { randomBytes } from 'node:crypto'
import type { Connection } from './connection.js'
import type { Group, MetadataQueries } from './contract.js'
import { ControlError } from './failure.js'
import type { Faults } from './faults.js'
import { lidJid, phoneJid } from './jid.js'
import { errorResult, firstChild, node, result, seconds, type BinaryNode } from './node.js'
import type { Switchboard } from './switchboard.js'
import type { World } from './world.js'

const CREATED_AT = '1700000000' // seconds; any fixed time in the past

const ERROR_TEXTS: Record<number, string> = {
  403: 'forbidden',
  404: 'item-not-found',
  429: 'rate-overlimit',
}

const participant = (world: World, group: Group, phone: string): BinaryNode => {
  const hasLid = world.hasLid(phone)
  const [own, other] =
    group.addressing === 'lid'
      ? [{ jid: lidJid(phone) }, { phone_number: phoneJid(phone) }]
      : [{ jid: phoneJid(phone) }, hasLid ? { lid: lidJid(phone) } : {}]
  return node('participant', { ...own, ...other, ...(group.admins.includes(phone) && { type: 'admin' }) })
}

const CLOSED_TAGS = { adminsOnly: 'announcement', community: 'parent', suspended: 'suspended' } as const

const groupNode = (world: World, group: Group): BinaryNode => {
  const attrs = {
    id: group.jid.split('@')[0] ?? '',
    subject: group.subject,
    s_t: CREATED_AT,
    creation: CREATED_AT,
    addressing_mode: group.addressing,
    size: String(group.members.length),
  }
  return node('group', attrs, [
    ...(group.closed === 'no' ? [] : [node(CLOSED_TAGS[group.closed], {})]),
    ...(group.ephemeral > 0 ? [node('ephemeral', { expiration: String(group.ephemeral) })] : []),
    ...group.members.map((phone) => participant(world, group, phone)),
  ])
}

/** The acting participant is a person outside of the group. */
const notification = (group: Group, change: BinaryNode): BinaryNode => {
  const by = group.admins[0] ?? '15550000000'
  const attrs = {
    from: group.jid,
    id: randomBytes(8).toString('hex'),
    type: 'w:gp2',
    t: seconds(),
    participant: lidJid(by),
    participant_pn: phoneJid(by),
    addressing_mode: group.addressing,
  }
  return node('notification', attrs, [change])
}

export class Groups {
  readonly queries: MetadataQueries = { total: 0, participating: 0, byGroup: {} }
  readonly #world: World
  readonly #faults: Faults
  readonly #switchboard: Switchboard

  constructor(world: World, faults: Faults, switchboard: Switchboard) {
    this.#world = world
    this.#faults = faults
    this.#switchboard = switchboard
  }

  /** @returns undefined when a fault wants silence */
  answer(connection: Connection, query: BinaryNode): BinaryNode | undefined {
    const account = connection.identified?.account
    const asked = firstChild(query)?.tag
    if (asked !== 'query' && asked !== 'participating') return result(query)
    const jid = asked === 'query' ? (query.attrs.to ?? '') : undefined
    this.#count(jid)
    const occasion = { account, ...(jid !== undefined && { chat: jid }) }
    if (this.#faults.take('metadataSilence', occasion)) return undefined
    const failure = this.#faults.take('metadataError', occasion)
    if (failure) return errorResult(query, failure.code, ERROR_TEXTS[failure.code] ?? 'internal-server-error')
    if (jid === undefined) {
      const own = [...this.#world.groups.values()].filter(({ members }) => members.includes(account ?? ''))
      return result(query, [
        node(
          'groups',
          {},
          own.map((group) => groupNode(this.#world, group)),
        ),
      ])
    }
    const group = this.#world.groups.get(jid)
    if (!group) return errorResult(query, 404, 'item-not-found')
    if (!group.members.includes(account ?? '')) return errorResult(query, 403, 'forbidden')
    return result(query, [groupNode(this.#world, group)])
  }

  create(group: Group): Group {
    this.#world.addPeople([...group.members, ...group.admins])
    this.#checkAddressing(group)
    this.#world.change({ t: 'group', group })
    this.#tell(group, group.members, node('create', {}, [groupNode(this.#world, group)]))
    return group
  }

  /** The account's next log-in begins with these groups, before the end of what it was offline for. */
  announce(account: string, jids: string[]): void {
    for (const jid of jids) {
      const group = this.#world.group(jid)
      this.#switchboard.sendAtLogIn(
        account,
        notification(group, node('create', {}, [groupNode(this.#world, group)])),
      )
    }
  }

  /** It is no more, for all of its members. */
  end(jid: string): void {
    const group = this.#world.group(jid)
    this.#world.change({ t: 'groupEnded', jid })
    this.#tell(group, group.members, node('delete', {}))
  }

  rename(jid: string, subject: string): Group {
    const group = { ...this.#world.group(jid), subject }
    this.#world.change({ t: 'group', group })
    this.#tell(group, group.members, node('subject', { subject, s_t: seconds() }))
    return group
  }

  setClosed(jid: string, closed: Group['closed']): Group {
    const before = this.#world.group(jid)
    const group = { ...before, closed }
    this.#world.change({ t: 'group', group })
    const reopened = before.closed === 'suspended' ? 'unsuspended' : 'not_announcement'
    const change = closed === 'no' ? reopened : closed === 'community' ? 'link' : CLOSED_TAGS[closed]
    this.#tell(group, group.members, node(change, {}))
    return group
  }

  setAdmins(jid: string, admins: string[]): Group {
    const before = this.#world.group(jid)
    const group = { ...before, admins }
    this.#world.change({ t: 'group', group })
    const promoted = admins.filter((phone) => !before.admins.includes(phone))
    const demoted = before.admins.filter((phone) => !admins.includes(phone))
    for (const [change, phones] of [
      ['promote', promoted],
      ['demote', demoted],
    ] as const)
      this.#tellMembers(change, group, phones, group.members)
    return group
  }

  setEphemeral(jid: string, seconds: number): Group {
    const group = { ...this.#world.group(jid), ephemeral: seconds }
    this.#world.change({ t: 'group', group })
    const change =
      seconds > 0 ? node('ephemeral', { expiration: String(seconds) }) : node('not_ephemeral', {})
    this.#tell(group, group.members, change)
    return group
  }

  add(jid: string, phones: string[]): Group {
    const before = this.#world.group(jid)
    const added = phones.filter((phone) => !before.members.includes(phone))
    this.#world.addPeople(added)
    const group = { ...before, members: [...before.members, ...added] }
    this.#checkAddressing(group)
    this.#world.change({ t: 'group', group })
    this.#tellMembers('add', group, added, group.members)
    return group
  }

  remove(jid: string, phones: string[]): Group {
    const before = this.#world.group(jid)
    const removed = phones.filter((phone) => before.members.includes(phone))
    const stays = (phone: string) => !removed.includes(phone)
    const group = { ...before, members: before.members.filter(stays), admins: before.admins.filter(stays) }
    this.#world.change({ t: 'group', group })
    this.#tellMembers('remove', group, removed, before.members)
    return group
  }

  #checkAddressing({ addressing, members }: Group): void {
    const without = members.find((member) => !this.#world.hasLid(member))
    if (addressing === 'lid' && without !== undefined)
      throw new ControlError(409, `${without} has no LID: such a member needs a group with addressing "pn"`)
  }

  #count(jid: string | undefined): void {
    this.queries.total += 1
    if (jid === undefined) this.queries.participating += 1
    else this.queries.byGroup[jid] = (this.queries.byGroup[jid] ?? 0) + 1
  }

  #tellMembers(
    change: 'add' | 'remove' | 'promote' | 'demote',
    group: Group,
    phones: string[],
    audience: string[],
  ): void {
    if (phones.length === 0) return
    const affected = phones.map((phone) => participant(this.#world, group, phone))
    this.#tell(group, audience, node(change, {}, affected))
  }

  /** To the accounts among `phones`, also those that are offline. */
  #tell(group: Group, phones: string[], change: BinaryNode): void {
    const told = notification(group, change)
    for (const phone of phones) this.#switchboard.deliverToAccount(phone, told)
  }
}
