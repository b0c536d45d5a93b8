import type { CannotPost } from '../../domain/groups.js'
import type { Audience } from '../../domain/definition.js'
import type { LeftOutPerson } from '../../domain/people.js'
import type { KnownPerson } from '../../store/accounts/people.js'
import type { KnownGroup } from '../../store/views/groups.js'

export type PreviewedRecipient = {
  jid: string
  /** The group's name; missing for people and for groups that the account is not known to be in. */
  name?: string
  /** How many members the group has. */
  members?: number
  /** Why nothing can be sent to it: such a group fails. */
  cannotPost?: CannotPost
  /** Why this person gets no message of their own, as far as WhatsApp was asked before. */
  leftOutBecause?: LeftOutPerson
}

export type PreviewedAudience = {
  /** True where it is looked up again when it fires. */
  isLookedUpAgain: boolean
  recipients: PreviewedRecipient[]
  /** Of all groups, those that the account may not write to; of a list, people who get no message of their own. */
  leftOut: PreviewedRecipient[]
}

/** The recipients as of now, in the order of sending. `people` are those that WhatsApp was asked for before. */
export function previewAudience(
  audience: Audience,
  { groups, people }: { groups: KnownGroup[]; people: KnownPerson[] },
): PreviewedAudience {
  const known = new Map(groups.map((group) => [group.jid, group]))
  const isAll = audience.kind === 'allGroups'
  const jids = isAll ? groups.map(({ jid }) => jid) : audience.recipients
  const because = leftOutPeople(jids, people)
  const recipients = jids.map((jid) => recipientOf(jid, known.get(jid), because.get(jid)))
  const mayReceive = ({ cannotPost, leftOutBecause }: PreviewedRecipient) =>
    isAll ? cannotPost === undefined : leftOutBecause === undefined
  return {
    isLookedUpAgain: isAll,
    recipients: recipients.filter(mayReceive),
    leftOut: recipients.filter((recipient) => !mayReceive(recipient)),
  }
}

function leftOutPeople(jids: string[], people: KnownPerson[]): Map<string, LeftOutPerson> {
  const known = new Map(people.map((person) => [person.jid, person]))
  const taken = new Set<string>()
  const because = new Map<string, LeftOutPerson>()
  for (const jid of jids) {
    const { lid, pn } = known.get(jid) ?? { lid: null, pn: jid }
    const address = lid ?? pn
    if (address === null) because.set(jid, 'notOnWhatsApp')
    else if (taken.has(address)) because.set(jid, 'samePerson')
    else taken.add(address)
  }
  return because
}

function recipientOf(
  jid: string,
  group: KnownGroup | undefined,
  leftOutBecause: LeftOutPerson | undefined,
): PreviewedRecipient {
  if (group === undefined) return { jid, ...(leftOutBecause && { leftOutBecause }) }
  const { subject: name, participants: members, cannotPost } = group
  return { jid, name, members, ...(cannotPost !== null && { cannotPost }) }
}
