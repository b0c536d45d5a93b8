import type { CannotPost } from '../../domain/groups.js'
import type { Audience } from '../../domain/definition.js'
import type { KnownGroup } from '../../store/views/groups.js'

export type PreviewedRecipient = {
  jid: string
  /** The group's name; missing for people and for groups that the account is not known to be in. */
  name?: string
  /** How many members the group has. */
  members?: number
  /** Why nothing can be sent to it: such a group fails. */
  cannotPost?: CannotPost
}

export type PreviewedAudience = {
  /** True where it is looked up again when it fires. */
  isLookedUpAgain: boolean
  recipients: PreviewedRecipient[]
  /** Of all groups, those that are left out because the account may not write to them. */
  leftOut: PreviewedRecipient[]
}

/** The recipients as of now, in the order of sending. */
export function previewAudience(audience: Audience, groups: KnownGroup[]): PreviewedAudience {
  const known = new Map(groups.map((group) => [group.jid, group]))
  const isAll = audience.kind === 'allGroups'
  const jids = isAll ? groups.map(({ jid }) => jid) : audience.recipients
  const recipients = jids.map((jid) => recipientOf(jid, known.get(jid)))
  const mayReceive = ({ cannotPost }: PreviewedRecipient) => !isAll || cannotPost === undefined
  return {
    isLookedUpAgain: isAll,
    recipients: recipients.filter(mayReceive),
    leftOut: recipients.filter((recipient) => !mayReceive(recipient)),
  }
}

function recipientOf(jid: string, group: KnownGroup | undefined): PreviewedRecipient {
  if (group === undefined) return { jid }
  const { subject: name, participants: members, cannotPost } = group
  return { jid, name, members, ...(cannotPost !== null && { cannotPost }) }
}
