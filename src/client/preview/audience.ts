import type { Audience } from '../../domain/definition.js'
import type { KnownGroup } from '../../store/views/groups.js'

export type PreviewedRecipient = {
  jid: string
  /** The group's name; missing for people and for groups that the account is not known to be in. */
  name?: string
  /** How many members the group has. */
  members?: number
}

export type PreviewedAudience = {
  /** True where it is looked up again when it fires. */
  isLookedUpAgain: boolean
  recipients: PreviewedRecipient[]
}

/** The recipients as of now, in the order of sending. */
export function previewAudience(audience: Audience, groups: KnownGroup[]): PreviewedAudience {
  const known = new Map(groups.map((group) => [group.jid, group]))
  const jids = audience.kind === 'allGroups' ? groups.map(({ jid }) => jid) : audience.recipients
  return {
    isLookedUpAgain: audience.kind === 'allGroups',
    recipients: jids.map((jid) => {
      const group = known.get(jid)
      return group === undefined ? { jid } : { jid, name: group.subject, members: group.participants }
    }),
  }
}
