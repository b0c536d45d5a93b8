/** Why an account may not write to a group that it is in. */
export type CannotPost = 'community' | 'adminsOnly' | 'suspended'

/** For people: in a list of groups, and behind a group's name. */
export const cannotPostText: Record<CannotPost, string> = {
  community: 'a community: write to its announcement group',
  adminsOnly: 'only admins may write',
  suspended: 'suspended by WhatsApp',
}

/** Those with this in their name, in any case. */
export function groupsWithName<Group extends { subject: string }>(
  groups: readonly Group[],
  search: string,
): Group[] {
  const wanted = folded(search)
  return groups.filter(({ subject }) => folded(subject).includes(wanted))
}

function folded(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}
