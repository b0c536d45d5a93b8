/** Why an account may not write to a group that it is in. */
export type CannotPost = 'community' | 'adminsOnly' | 'suspended'

/** For people: in a list of groups, and behind a group's name. */
export const cannotPostText: Record<CannotPost, string> = {
  community: 'a community: write to its announcement group',
  adminsOnly: 'only admins may write',
  suspended: 'suspended by WhatsApp',
}
