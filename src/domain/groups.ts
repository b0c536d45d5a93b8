import { folded } from './search.js'
import { say } from './sentences/say.js'

/** Why an account may not write to a group that it is in. */
export type CannotPost = 'community' | 'adminsOnly' | 'suspended'

/** For people: in a list of groups, and behind a group's name. */
export const cannotPostText: Record<CannotPost, string> = {
  community: say('phraseCommunity'),
  adminsOnly: say('phraseAdminsOnly'),
  suspended: say('phraseSuspended'),
}

/** Those with this in their name, in any case. */
export function groupsWithName<Group extends { subject: string }>(
  groups: readonly Group[],
  search: string,
): Group[] {
  const wanted = folded(search)
  return groups.filter(({ subject }) => folded(subject).includes(wanted))
}

/** Equal for names that people take for the same: whatever the case, and how it is spaced. */
export function sameName(name: string): string {
  return folded(name).trim().replaceAll(/\s+/g, ' ')
}

/** By name, and of equal names by JID. */
export function inOrderOfNames(
  a: { subject: string | null; jid: string },
  b: { subject: string | null; jid: string },
): number {
  // A group whose name is not known comes last.
  if (a.subject === null || b.subject === null)
    return Number(a.subject === null) - Number(b.subject === null) || (a.jid < b.jid ? -1 : 1)
  const [one, other] = [a.subject.toLowerCase(), b.subject.toLowerCase()]
  return one < other ? -1 : one > other ? 1 : a.jid < b.jid ? -1 : 1
}
